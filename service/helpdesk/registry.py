"""Which helpdesk systems there are: each module of `service.helpdesk.systems` holds one"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import service.helpdesk.systems
from service.helpdesk.adapter import Adapter


@cache
def adapters() -> dict[str, Adapter]:
    """Every adapter, by its name, in alphabetical order."""
    modules = [module.name for module in iter_modules(service.helpdesk.systems.__path__)]
    found = [import_module(f"service.helpdesk.systems.{name}").ADAPTER for name in modules]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}
