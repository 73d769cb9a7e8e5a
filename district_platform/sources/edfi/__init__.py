"""The source `edfi`: the resources of an Ed-Fi ODS/API become the canonical extracts of the data contract.

`bring` pulls, `convert_edfi` converts what was pulled; docs/sources/edfi.md tells a district what to ask for and what is lost. In this
package: `discovery` says where things are, `grant` holds the token, `client` asks, `resources` and `flattening` keep what is needed of each
record, `pulling` makes a pull that is whole or not there, `pulled` shows it as tables, `descriptors` say what codes mean, and a module for
each subject makes its extracts. The demo's server of the same API is `standins.edfi`. After this package nothing knows Ed-Fi.
"""

from district_platform.sources.edfi.bringing import DemoEdfi, bring
from district_platform.sources.edfi.converting import convert_edfi, pulled_files
from district_platform.sources.edfi.errors import EdfiError

__all__ = ["DemoEdfi", "EdfiError", "bring", "convert_edfi", "pulled_files"]
