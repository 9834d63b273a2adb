"""The words that describe an API key."""

from enum import StrEnum


class Scope(StrEnum):
    READ = "R"
    READ_WRITE = "RW"
