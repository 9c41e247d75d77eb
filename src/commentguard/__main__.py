"""The command line as `python -m commentguard`."""

from commentguard.cli import main

if __name__ == "__main__":
    main()
