"""How the server bears load and faults: `python benchmarks/server.py [../shared/data]`; see `serving`."""

from serving import main

if __name__ == "__main__":
    main()
