"""The source `mapped`: files of any form become the canonical extracts of the data contract, as the district decided it in a mapping.

`propose` drafts a mapping, `review` asks what is open, `convert_mapped` carries it out in every run; docs/sources/mapping.md walks through
it. After this package nothing knows a vendor.
"""
