/* Loads a Chat Completions server on loopback with streams and checks every byte that matters of each.
 *
 *   load burst PORT REQUEST TEXT CONNECTIONS CHUNKS SECONDS   streams one after the other on each connection
 *   load hold  PORT REQUEST TEXT CONNECTIONS CHUNKS MS        one stream on each, opened over MS; delays while all are open
 *   load abort PORT REQUEST TEXT CONNECTIONS CHUNKS STREAMS   each is aborted after CHUNKS chunks, STREAMS in total
 *
 * REQUEST is a file with the bytes to send; TEXT is what each chunk must carry, with ###### for its number and
 * @@@@@@@@@@@@@@@@@@@ for the nanoseconds at which it was sent. Prints one line of JSON; times are microseconds: of whole
 * streams for burst, from the upstream's write to the read here for hold. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "stream-check.h"

enum { EVENTS = 512, PATIENCE_MS = 15000, FAULT_LIMIT = 100 };
enum mode { BURST, HOLD, ABORT };

struct connection {
  int fd;
  bool reading_body, seen_chunk, waits_to_send;
  size_t unsent;
  struct buffer received, payload;
  struct body body;
  struct stream_check check;
  uint64_t began;
};

static enum mode mode;
static struct sockaddr_in server = {.sin_family = AF_INET};
static struct buffer request;
static struct expected_text text;
static unsigned connection_count, chunks, amount;
static int poller;
static unsigned long completed, failed, begun, open_streams, peak_open;
static const char *first_fault;
static uint32_t *samples;
static size_t sample_count, sample_capacity;
static uint64_t started, deadline;

static void record(uint64_t nanoseconds) {
  if (sample_count == sample_capacity) {
    sample_capacity = sample_capacity * 2 + 65536;
    samples = realloc(samples, sample_capacity * sizeof *samples);
    if (samples == NULL) abort();
  }
  samples[sample_count++] = (uint32_t)(nanoseconds / 1000);
}

static void send_request(struct connection *connection) {
  const char *rest = request.data + request.length - connection->unsent;
  ssize_t sent = send(connection->fd, rest, connection->unsent, MSG_NOSIGNAL);
  if (sent > 0) connection->unsent -= (size_t)sent;
  bool waits = connection->unsent > 0;
  if (waits == connection->waits_to_send) return;
  connection->waits_to_send = waits;
  struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = connection};
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
}

static void begin_stream(struct connection *connection) {
  check_begin(&connection->check, &text, chunks);
  connection->reading_body = connection->seen_chunk = false;
  connection->received.length = connection->payload.length = 0;
  connection->began = now_ns();
  connection->unsent = request.length;
  begun++;
  send_request(connection);
}

static void open_connection(struct connection *connection) {
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  connect(connection->fd, (struct sockaddr *)&server, sizeof server);
  connection->waits_to_send = false;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(poller, EPOLL_CTL_ADD, connection->fd, &event);
  begin_stream(connection);
}

static bool more_wanted(void) {
  if (failed >= FAULT_LIMIT) return false;
  return mode == BURST || (mode == ABORT && begun < amount);
}

static void leave(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  open_streams -= connection->seen_chunk;
  connection->seen_chunk = false;
  if (more_wanted()) open_connection(connection);
}

static void fail(struct connection *connection, const char *fault) {
  if (first_fault == NULL) first_fault = fault;
  failed++;
  leave(connection);
}

static void complete(struct connection *connection) {
  if (!connection->check.done) return fail(connection, "the stream ended without [DONE]");
  completed++;
  if (mode == BURST) record(now_ns() - connection->began);
  if (mode != BURST) return leave(connection);
  open_streams--;
  begin_stream(connection);
}

static void note_chunk(struct connection *connection, uint64_t sent) {
  if (!connection->seen_chunk && ++open_streams > peak_open) peak_open = open_streams;
  connection->seen_chunk = true;
  if (mode == HOLD && sent > 0 && open_streams == connection_count) record(now_ns() - sent);
}

/* Checks the complete events received so far; false if the connection was aborted. */
static bool take_events(struct connection *connection) {
  struct buffer *payload = &connection->payload;
  size_t at = 0;
  while (at < payload->length) {
    uint64_t sent = UINT64_MAX;
    ssize_t length = check_next(&connection->check, payload->data + at, payload->length - at, &sent);
    if (length < 0) return fail(connection, connection->check.fault), false;
    if (length == 0) break;
    at += (size_t)length;
    if (sent != UINT64_MAX) note_chunk(connection, sent);
    if (mode == ABORT && connection->check.next_chunk == chunks) return completed++, leave(connection), false;
  }
  buffer_consume(payload, at);
  return true;
}

static void take_body(struct connection *connection, const char *bytes, size_t count) {
  ssize_t taken = body_feed(&connection->body, bytes, count, &connection->payload);
  if (taken < 0 || (size_t)taken < count) return fail(connection, "malformed chunked coding");
  if (take_events(connection) && connection->body.done) complete(connection);
}

static void take_head(struct connection *connection, const char *bytes, size_t count) {
  struct buffer *received = &connection->received;
  buffer_append(received, bytes, count);
  const char *end = memmem(received->data, received->length, "\r\n\r\n", 4);
  if (end == NULL) return;
  if (received->length < 12 || memcmp(received->data, "HTTP/1.1 200", 12) != 0)
    return fail(connection, "an answer with another status than 200");
  size_t head_length = (size_t)(end - received->data) + 4;
  connection->body = body_begin(received->data, head_length);
  connection->reading_body = true;
  take_body(connection, received->data + head_length, received->length - head_length);
}

static void receive(struct connection *connection) {
  static char bytes[1 << 17];
  ssize_t count = recv(connection->fd, bytes, sizeof bytes, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return fail(connection, count == 0 ? "closed before its end" : strerror(errno));
  if (connection->reading_body) take_body(connection, bytes, (size_t)count);
  else take_head(connection, bytes, (size_t)count);
}

/* Opens the connections that are due: all at once, or spread over `amount` milliseconds if streams are held. */
static unsigned open_due(struct connection *connections, unsigned opened) {
  uint64_t elapsed = now_ns() - started;
  unsigned due = connection_count;
  if (mode == HOLD && elapsed < amount * 1000000ull) due = (unsigned)(connection_count * elapsed / (amount * 1000000ull));
  while (opened < due) open_connection(&connections[opened++]);
  return opened;
}

static bool running(unsigned opened) {
  if (mode == BURST) return now_ns() < deadline;
  return opened < connection_count || completed + failed < begun;
}

static void run(struct connection *connections) {
  struct epoll_event events[EVENTS];
  unsigned opened = 0;
  while (running(opened)) {
    opened = open_due(connections, opened);
    int ready = epoll_wait(poller, events, EVENTS, opened < connection_count ? 1 : PATIENCE_MS);
    if (ready == 0 && opened == connection_count) {
      first_fault = first_fault == NULL ? "silence" : first_fault;
      failed += mode == BURST ? connection_count : begun - completed - failed;
      break;
    }
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (events[i].events & EPOLLOUT && connection->unsent > 0) send_request(connection);
      if (connection->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
    }
  }
}

static int compare_samples(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static uint32_t percentile(double share) {
  return sample_count == 0 ? 0 : samples[(size_t)((double)(sample_count - 1) * share)];
}

int main(int count, char **arguments) {
  if (count != 8) return fprintf(stderr, "usage: load burst|hold|abort PORT REQUEST TEXT CONNECTIONS CHUNKS AMOUNT\n"), 1;
  mode = arguments[1][0] == 'b' ? BURST : arguments[1][0] == 'h' ? HOLD : ABORT;
  server.sin_port = htons((uint16_t)atoi(arguments[2]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  request = read_file(arguments[3]);
  if (!parse_expected_text(&text, arguments[4])) return fprintf(stderr, "TEXT lacks its marks\n"), 1;
  connection_count = (unsigned)atoi(arguments[5]);
  chunks = (unsigned)atoi(arguments[6]);
  amount = (unsigned)atoi(arguments[7]);
  poller = epoll_create1(0);
  struct connection *connections = calloc(connection_count, sizeof *connections);
  if (connections == NULL) abort();
  started = now_ns();
  deadline = started + amount * 1000000000ull;
  run(connections);
  double seconds = (double)(now_ns() - started) / 1e9;
  qsort(samples, sample_count, sizeof *samples, compare_samples);
  printf("{\"completed\":%lu,\"failed\":%lu,\"fault\":\"%s\",\"seconds\":%.3f,\"peakOpen\":%lu,\"samples\":%zu,"
         "\"p50\":%u,\"p99\":%u,\"max\":%u}\n",
         completed, failed, first_fault == NULL ? "" : first_fault, seconds, peak_open, sample_count, percentile(0.5),
         percentile(0.99), percentile(1));
  return 0;
}
