/* The bench's upstream: answers chat calls on loopback much faster than the measured programs.
 *
 *   upstream PORT FOLDER
 *
 * FOLDER contains its answers: see answers.h.
 * A body with "stream":true in its first or last 64 KB is answered with events, each in a separate HTTP chunk.
 * POST /control?chunks=100&interval=0&minimum-body=0 sets chunks in a stream, milliseconds between them (0: all in one
 * write, with zeros for the time) and the shortest request body accepted; GET /control answers the counters. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>
#include "answers.h"

enum { EVENTS = 512, READ_SIZE = 65536 };

struct connection {
  int fd;
  enum { READ_HEAD, READ_BODY, STREAMING } state;
  struct buffer head, unsent;
  struct body body;
  const struct route *route;
  size_t body_length;
  bool wants_stream, control, posted;
  unsigned chunk;
  uint64_t due;
  TAILQ_ENTRY(connection) paced;
};

static unsigned chunks = 100, interval_ms = 0, minimum_body = 0;
static unsigned long calls, streams, aborted, open_streams, refused;
static TAILQ_HEAD(, connection) paced = TAILQ_HEAD_INITIALIZER(paced);
static int poller;
static char received[READ_SIZE];

static void watch(struct connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(poller, operation, connection->fd, &event);
}

/* Writes as much as the socket accepts and keeps the rest for later. */
static void send_bytes(struct connection *connection, const char *bytes, size_t count) {
  size_t sent = 0;
  if (connection->unsent.length == 0) {
    ssize_t written = send(connection->fd, bytes, count, MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN) return;
    sent = written < 0 ? 0 : (size_t)written;
    if (sent == count) return;
    watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  buffer_append(&connection->unsent, bytes + sent, count - sent);
}

static void send_unsent(struct connection *connection) {
  ssize_t written = send(connection->fd, connection->unsent.data, connection->unsent.length, MSG_NOSIGNAL);
  if (written > 0) buffer_consume(&connection->unsent, (size_t)written);
  if (connection->unsent.length == 0) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
}

static void leave_stream(struct connection *connection) {
  TAILQ_REMOVE(&paced, connection, paced);
  connection->state = READ_HEAD;
  open_streams--;
}

static void close_connection(struct connection *connection) {
  if (connection->state == STREAMING) {
    leave_stream(connection);
    aborted++;
  }
  close(connection->fd);
  buffer_free(&connection->head);
  buffer_free(&connection->unsent);
  free(connection);
}

static void send_paced_chunk(struct connection *connection) {
  static struct buffer chunk;
  chunk.length = 0;
  if (connection->chunk < chunks) {
    append_chunk(&chunk, fill_event(&connection->route->event, connection->chunk++, now_ns()));
  } else {
    append_chunk(&chunk, &connection->route->last);
    buffer_append(&chunk, stream_end, sizeof stream_end - 1);
    leave_stream(connection);
    streams++;
  }
  send_bytes(connection, chunk.data, chunk.length);
}

static void begin_stream(struct connection *connection) {
  if (interval_ms == 0) {
    streams++;
    send_bytes(connection, connection->route->burst.data, connection->route->burst.length);
    return;
  }
  connection->state = STREAMING;
  connection->chunk = 0;
  connection->due = now_ns() + interval_ms * 1000000ull;
  open_streams++;
  TAILQ_INSERT_TAIL(&paced, connection, paced);
  send_bytes(connection, paced_head, sizeof paced_head - 1);
  send_paced_chunk(connection);
}

/* Sends the paced chunks that are due; returns milliseconds until the next one, -1 when no stream is paced. */
static int send_due_chunks(void) {
  struct connection *connection;
  while ((connection = TAILQ_FIRST(&paced)) != NULL) {
    uint64_t now = now_ns();
    if (connection->due > now) return (int)((connection->due - now) / 1000000) + 1;
    TAILQ_REMOVE(&paced, connection, paced);
    connection->due += interval_ms * 1000000ull;
    TAILQ_INSERT_TAIL(&paced, connection, paced);
    send_paced_chunk(connection);
  }
  return -1;
}

static void send_text(struct connection *connection, const char *status, char *json) {
  struct buffer answer = http_answer(status, &(struct buffer){.data = json, .length = strlen(json)});
  send_bytes(connection, answer.data, answer.length);
  buffer_free(&answer);
}

static void answer(struct connection *connection) {
  connection->state = READ_HEAD;
  char text[256];
  if (connection->control) {
    sprintf(text, "{\"calls\":%lu,\"streams\":%lu,\"aborted\":%lu,\"open\":%lu,\"refused\":%lu}", calls, streams, aborted,
            open_streams, refused);
    send_text(connection, "200 OK", text);
  } else if (connection->route == NULL || (connection->posted && connection->body_length < minimum_body)) {
    refused++;
    send_text(connection, "400 Bad Request", strcpy(text, "{\"message\":\"bench: unknown path or short body\"}"));
  } else if (connection->wants_stream) {
    begin_stream(connection);
  } else {
    calls++;
    send_bytes(connection, connection->route->plain.data, connection->route->plain.length);
  }
}

static void begin_request(struct connection *connection, const char *head, size_t length) {
  const char *path = memchr(head, ' ', length);
  path = path == NULL ? head : path + 1;
  size_t path_length = strcspn(path, " ?");
  connection->route = NULL;
  for (const struct route *route = routes; route < routes + route_count; route++)
    if (strlen(route->path) == path_length && memcmp(path, route->path, path_length) == 0) connection->route = route;
  connection->posted = head[0] == 'P';
  connection->control = strncmp(path, "/control", 8) == 0;
  sscanf(path, "/control?chunks=%u&interval=%u&minimum-body=%u", &chunks, &interval_ms, &minimum_body);
  if (connection->control && path[8] == '?') build_bursts(chunks);
  connection->body = body_begin(head, length);
  connection->body_length = 0;
  connection->wants_stream = false;
  connection->state = READ_BODY;
}

static void take_body(struct connection *connection, const char *bytes, size_t count) {
  ssize_t taken = connection->body.done ? 0 : body_feed(&connection->body, bytes, count, NULL);
  if (taken < 0) return send_text(connection, "400 Bad Request", "{\"message\":\"bench: malformed body\"}");
  connection->body_length += (size_t)taken;
  if (!connection->wants_stream)
    connection->wants_stream = memmem(bytes, count, "\"stream\":true", 13) != NULL;
  if (connection->body.done) answer(connection);
}

/* Lets the kernel discard body bytes that need no inspection. */
static void skip_body(struct connection *connection) {
  ssize_t count = recv(connection->fd, NULL, connection->body.left, MSG_TRUNC);
  if (count == 0 || (count < 0 && errno != EAGAIN)) return close_connection(connection);
  if (count < 0) return;
  connection->body.left -= (size_t)count;
  connection->body_length += (size_t)count;
  if (connection->body.left > 0) return;
  connection->body.done = true;
  answer(connection);
}

static void receive(struct connection *connection) {
  if (connection->state == READ_BODY && connection->body.state == BODY_LENGTH && connection->body.left > READ_SIZE)
    return skip_body(connection);
  ssize_t count = recv(connection->fd, received, sizeof received, 0);
  if (count == 0 || (count < 0 && errno != EAGAIN)) return close_connection(connection);
  if (count < 0 || connection->state == STREAMING) return;
  if (connection->state == READ_BODY) return take_body(connection, received, (size_t)count);
  struct buffer *head = &connection->head;
  bool continued = head->length > 0;
  if (continued) buffer_append(head, received, (size_t)count);
  const char *bytes = continued ? head->data : received;
  size_t length = continued ? head->length : (size_t)count;
  const char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) {
    if (!continued) buffer_append(head, received, (size_t)count);
    return;
  }
  size_t head_length = (size_t)(end - bytes) + 4;
  begin_request(connection, bytes, head_length);
  head->length = 0;
  take_body(connection, bytes + head_length, length - head_length);
}

static void accept_connections(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) abort();
    connection->fd = fd;
    watch(connection, EPOLLIN, EPOLL_CTL_ADD);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) {
    perror("listen");
    exit(1);
  }
  return listener;
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: upstream PORT FOLDER\n"), 1;
  load_routes(arguments[2]);
  build_bursts(chunks);
  poller = epoll_create1(0);
  int listener = listen_on(atoi(arguments[1]));
  struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.ptr = NULL}};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &events[0]);
  for (;;) {
    int ready = epoll_wait(poller, events, EVENTS, send_due_chunks());
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (connection == NULL) {
        accept_connections(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT && connection->unsent.length > 0) send_unsent(connection);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
    }
  }
}
