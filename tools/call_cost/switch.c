/* What callgrind counts, from inside the process that it counts. Outside valgrind every call does nothing. */
#include <valgrind/callgrind.h>

void start_counting(void) { CALLGRIND_START_INSTRUMENTATION; }
void stop_counting(void) { CALLGRIND_STOP_INSTRUMENTATION; }
void write_count(const char *name) { CALLGRIND_DUMP_STATS_AT(name); }
