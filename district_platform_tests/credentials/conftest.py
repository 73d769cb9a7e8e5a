"""A Secrets Manager to talk to."""

from district_platform_tests.aws import aws, aws_address

__all__ = ["aws", "aws_address"]
