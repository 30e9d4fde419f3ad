"""lambdalint reads AWS Lambda projects as AWS will run them: templates and handler source together."""

__version__ = "0.1.0"
