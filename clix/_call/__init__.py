"""One call: admit, attempt, judge, retry, and end in a value or an error."""
