"""The side of a process contestant that is written in Python: see `answer-steps.ts`."""
import json
import resource
import sys
import time


def answer_steps(step):
    """Says that it is ready, then steps once for each line on standard input and answers with what that took."""
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        step()
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peakBytes": peak}), flush=True)
