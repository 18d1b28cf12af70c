/* What the upstream answers on each path, read from files and rendered before it is asked.
 *
 * FOLDER/routes holds a line `path plain event last` for each shape it speaks: the last three name files beside it with a
 * JSON answer, one server-sent event, and the events that end a stream. In `event`, ###### stands for the chunk's number and
 * @@@@@@@@@@@@@@@@@@@ for the monotonic nanoseconds at which it was sent. */
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include "http.h"

enum { ROUTES = 8 };
static const char number_mark[] = "######", time_mark[] = "@@@@@@@@@@@@@@@@@@@";

struct event_template {
  struct buffer bytes;
  size_t number_at, time_at;
};

struct route {
  char path[128];
  struct buffer plain, last, burst;
  struct event_template event;
};

static struct route routes[ROUTES];
static size_t route_count;

#define STREAM_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
static const char burst_head[] = STREAM_HEAD "\r\n";
/* A paced stream asks nginx to pass each chunk on at once; a burst is faster through its buffers. */
static const char paced_head[] = STREAM_HEAD "X-Accel-Buffering: no\r\n\r\n";
static const char stream_end[] = "0\r\n\r\n";

static inline void append_chunk(struct buffer *buffer, const struct buffer *payload) {
  char size[20];
  buffer_append(buffer, size, (size_t)sprintf(size, "%zx\r\n", payload->length));
  buffer_append(buffer, payload->data, payload->length);
  buffer_append(buffer, "\r\n", 2);
}

static inline struct buffer http_answer(const char *status, const struct buffer *json) {
  struct buffer answer = {0};
  char head[160];
  int length = sprintf(head, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status, json->length);
  buffer_append(&answer, head, (size_t)length);
  buffer_append(&answer, json->data, json->length);
  return answer;
}

static inline void write_digits(char *at, size_t width, uint64_t value) {
  for (; width-- > 0; value /= 10) at[width] = (char)('0' + value % 10);
}

static inline size_t mark_offset(const struct buffer *bytes, const char *mark) {
  const char *found = memmem(bytes->data, bytes->length, mark, strlen(mark));
  if (found == NULL) {
    fprintf(stderr, "an event template lacks %s\n", mark);
    exit(1);
  }
  return (size_t)(found - bytes->data);
}

/* The event with the number and time written into it; its bytes stay valid until the next call. */
static inline const struct buffer *fill_event(const struct event_template *event, unsigned number, uint64_t time) {
  write_digits(event->bytes.data + event->number_at, sizeof number_mark - 1, number);
  write_digits(event->bytes.data + event->time_at, sizeof time_mark - 1, time);
  return &event->bytes;
}

/* Renders each route's stream of `chunks` chunks, all of it to be sent in one write. */
static inline void build_bursts(unsigned chunks) {
  for (struct route *route = routes; route < routes + route_count; route++) {
    route->burst.length = 0;
    buffer_append(&route->burst, burst_head, sizeof burst_head - 1);
    for (unsigned i = 0; i < chunks; i++) append_chunk(&route->burst, fill_event(&route->event, i, 0));
    append_chunk(&route->burst, &route->last);
    buffer_append(&route->burst, stream_end, sizeof stream_end - 1);
  }
}

static inline struct buffer read_beside(const char *folder, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return read_file(path);
}

/* Reads FOLDER/routes and the answers it names; ends the program when one is missing. */
static inline void load_routes(const char *folder) {
  struct buffer table = read_beside(folder, "routes");
  for (char *line = strtok(table.data, "\n"); line != NULL && route_count < ROUTES; line = strtok(NULL, "\n")) {
    struct route *route = &routes[route_count++];
    char plain[64], event[64], last[64];
    if (sscanf(line, "%127s %63s %63s %63s", route->path, plain, event, last) != 4) exit(1);
    struct buffer json = read_beside(folder, plain);
    route->plain = http_answer("200 OK", &json);
    buffer_free(&json);
    route->event.bytes = read_beside(folder, event);
    route->event.number_at = mark_offset(&route->event.bytes, number_mark);
    route->event.time_at = mark_offset(&route->event.bytes, time_mark);
    route->last = read_beside(folder, last);
  }
  buffer_free(&table);
}

#endif
