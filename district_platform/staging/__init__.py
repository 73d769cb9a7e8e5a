"""From text to typed rows: every extract of the contract read, typed, trimmed and judged; what cannot enter is written down."""
