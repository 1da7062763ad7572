"""Runs a command and prints how long it took: time_command.py PROGRAM ARGUMENT … [--input FILE]"""
import json
import subprocess
import sys
import time

command = sys.argv[1:]
source = None
if "--input" in command:
    place = command.index("--input")
    source = open(command[place + 1], "rb")
    del command[place:place + 2]
start = time.perf_counter()
subprocess.run(command, stdin=source, check=True)
print(json.dumps({"seconds": time.perf_counter() - start}))
