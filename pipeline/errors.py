"""The four errors of the project; each has one handler, all of them in `pipeline.run` or `pipeline.cli`."""


class ConfigError(Exception):
    """Wrong usage, a wrong configuration key or a missing input: ends the command with exit status 2."""


class SeedError(Exception):
    """A file in seeds/ or models/ is broken: names the file, the line and what was expected. Exit status 2."""


class DocumentError(Exception):
    """One document cannot be processed: it goes to `rejects` with this message and the run goes on."""


class TransientError(Exception):
    """A failure outside the document (disk, network file system): the part is tried again."""
