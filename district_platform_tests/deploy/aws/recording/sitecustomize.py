"""Python imports this at its start where it is on the path: each call of an AWS service is written to a file, then made."""

import json
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder

WRITTEN = os.environ.get("RECORDED_CALLS", "")
ABOUT = ("Bucket", "Key", "CopySource", "Delete", "IfMatch", "IfNoneMatch", "Prefix", "SecretId", "TableName")


class _Recording(Loader):
    """Loads botocore.client, and puts the record before each call."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        make = module.BaseClient._make_api_call

        def recorded(client, operation, parameters):
            write(WRITTEN, client.meta.service_model.service_name, operation, parameters)
            return make(client, operation, parameters)

        module.BaseClient._make_api_call = recorded


def write(path, service, operation, parameters):
    """Adds a call to the file: what it is about, and nothing of what it carries."""
    items = [next(iter(each.items())) for each in parameters.get("TransactItems", ())]
    call = {
        "service": service,
        "operation": operation,
        **{name: parameters[name] for name in ABOUT if name in parameters},
        "tables": sorted({*parameters.get("RequestItems", ()), *(each["TableName"] for _, each in items)}),
        "kinds": sorted({kind for kind, _ in items}),
    }
    with open(path, "a") as file:
        file.write(json.dumps(call, default=str) + "\n")


class _Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "botocore.client":
            return None
        spec = PathFinder.find_spec(name, path, target)
        spec.loader = _Recording(spec.loader)
        return spec


if WRITTEN:
    sys.meta_path.insert(0, _Finder())
