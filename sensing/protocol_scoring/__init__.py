"""The results of guided tests, one test a file: published rules, pure arithmetic."""
