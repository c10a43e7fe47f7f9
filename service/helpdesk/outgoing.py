"""Calls to a helpdesk's API: to the one host that is configured, bounded in time and size"""

from __future__ import annotations


class Outgoing:
    """Made by an adapter from its settings; see `service.helpdesk.adapter`."""
