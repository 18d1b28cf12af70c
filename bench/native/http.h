/* What the bench's upstream and its stream load both know of HTTP/1.1: heads, body lengths, chunked transfer coding. */
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>
#include <time.h>

struct buffer {
  char *data;
  size_t length, capacity;
};

static inline void buffer_append(struct buffer *buffer, const char *bytes, size_t count) {
  if (buffer->length + count > buffer->capacity) {
    buffer->capacity = (buffer->length + count) * 2;
    buffer->data = realloc(buffer->data, buffer->capacity);
    if (buffer->data == NULL) abort();
  }
  memcpy(buffer->data + buffer->length, bytes, count);
  buffer->length += count;
}

static inline void buffer_consume(struct buffer *buffer, size_t count) {
  buffer->length -= count;
  if (buffer->length > 0) memmove(buffer->data, buffer->data + count, buffer->length);
}

static inline void buffer_free(struct buffer *buffer) {
  free(buffer->data);
  *buffer = (struct buffer){0};
}

/* The whole of a file, with a NUL after it; ends the program when it cannot be read. */
static inline struct buffer read_file(const char *path) {
  struct buffer file = {0};
  char block[65536];
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) {
    perror(path);
    exit(1);
  }
  for (size_t count; (count = fread(block, 1, sizeof block, stream)) > 0;) buffer_append(&file, block, count);
  fclose(stream);
  buffer_append(&file, "", 1);
  file.length -= 1;
  return file;
}

/* Nanoseconds of the machine's monotonic clock, comparable between processes. */
static inline uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The value of a header in a head that ends with an empty line, or NULL. `name` is lower-case without the colon. */
static inline const char *header_value(const char *head, size_t length, const char *name) {
  size_t name_length = strlen(name);
  const char *end = head + length;
  const char *line = memchr(head, '\n', length);
  while (line != NULL && (size_t)(end - ++line) > name_length) {
    if (line[name_length] == ':' && strncasecmp(line, name, name_length) == 0) {
      const char *value = line + name_length + 1;
      while (*value == ' ') value++;
      return value;
    }
    line = memchr(line, '\n', (size_t)(end - line));
  }
  return NULL;
}

/* Progress through one message body. */
struct body {
  enum { BODY_LENGTH, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER } state;
  size_t left, line;
  bool done;
};

static inline struct body body_begin(const char *head, size_t head_length) {
  const char *coding = header_value(head, head_length, "transfer-encoding");
  if (coding != NULL && strncasecmp(coding, "chunked", 7) == 0) return (struct body){.state = CHUNK_SIZE};
  const char *length = header_value(head, head_length, "content-length");
  size_t left = length == NULL ? 0 : strtoul(length, NULL, 10);
  return (struct body){.state = BODY_LENGTH, .left = left, .done = left == 0};
}

/* One byte of chunked framing that is not data; false when it is malformed. */
static inline bool body_framing(struct body *body, char byte) {
  if (body->state == CHUNK_SIZE && isxdigit((unsigned char)byte)) {
    body->left = body->left * 16 + (size_t)(isdigit((unsigned char)byte) ? byte - '0' : (byte | 32) - 'a' + 10);
    body->line++;
    return body->line <= 15;
  }
  if (byte == '\r') return true;
  if (byte != '\n') return body->state == TRAILER && ++body->line > 0;
  if (body->state == CHUNK_SIZE) {
    if (body->line == 0) return false;
    body->state = body->left > 0 ? CHUNK_DATA : TRAILER;
  } else if (body->state == CHUNK_END) {
    body->state = CHUNK_SIZE;
  } else {
    body->done = body->line == 0;
  }
  body->line = 0;
  return true;
}

/* Feeds received bytes and appends decoded ones to `decoded` (may be NULL).
 * Returns how many bytes belonged to this body, or -1 when its framing is malformed. */
static inline ssize_t body_feed(struct body *body, const char *bytes, size_t count, struct buffer *decoded) {
  size_t at = 0;
  while (at < count && !body->done) {
    if (body->state != BODY_LENGTH && body->state != CHUNK_DATA) {
      if (!body_framing(body, bytes[at++])) return -1;
      continue;
    }
    size_t take = count - at < body->left ? count - at : body->left;
    if (decoded != NULL) buffer_append(decoded, bytes + at, take);
    at += take;
    body->left -= take;
    if (body->left > 0) break;
    if (body->state == BODY_LENGTH) body->done = true;
    else body->state = CHUNK_END;
  }
  return (ssize_t)at;
}

#endif
