"""Answers that go wrong on purpose: rules, magic ids, and the failure reasons of FCM and APNs."""
