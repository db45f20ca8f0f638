"""What Winze costs, measured: `python -m benchmarks`, or `make bench`.

Each group of figures is a function that measures and fills a `Figures`; `rows` says what every
figure means and what it aims at; `table` renders them all. Results stand in `results.json`, one
flat object, and as a table in `docs/benchmarks.md`.
"""
