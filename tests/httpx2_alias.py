"""A plugin for pytest, `-p tests.httpx2_alias`: httpx2 and httpcore2 stand in httpx's and httpcore's place."""

from __future__ import annotations

import importlib

# By name, since httpx2 is installed for `make test-httpx2` alone.
importlib.import_module("httpx2").alias_httpx()
