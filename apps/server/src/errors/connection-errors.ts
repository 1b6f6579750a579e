import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "./api-error.ts";
import { errorAnswer } from "./error-answer.ts";

/** What is answered on a connection whose request cannot be read: written by hand, since there is no request. */
export function connectionError(error: NodeJS.ErrnoException): ApiError {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new ApiError(
      408,
      "The request did not arrive in time: send it at once, or over a faster connection.",
      {
        code: "request_timeout",
      },
    );
  }
  if (error.code === "HPE_HEADER_OVERFLOW") {
    return new ApiError(
      431,
      "The headers are larger than 16 KiB: send shorter ones; prompts belong in the body.",
      {
        code: "headers_too_large",
      },
    );
  }
  return new ApiError(
    400,
    "This is not a request of HTTP/1.1. The server speaks plain HTTP: is the address http://, not https://?",
    { code: "bad_request" },
  );
}

export function answerConnection(socket: Socket, error: ApiError): void {
  if (!socket.writable) return;
  const body = JSON.stringify(errorAnswer(error).body);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  // Ended at once: a client that still sends would keep the connection.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
