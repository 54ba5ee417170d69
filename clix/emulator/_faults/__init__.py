"""Simulated failures: rules, user ids that always fail, and the failure reasons of FCM and APNs."""
