// Connects to a port of the pod whose network namespace this process was started in, and hands the connection to the process that started
// it. Plain JavaScript, since stripping types would double the time that a connection takes.
import net from "node:net";

const socket = net.connect({ host: "127.0.0.1", port: Number(process.argv[2]), allowHalfOpen: true });
// Nothing may be read here: it belongs to the one who gets the connection.
socket.pause();
socket.on("connect", () => process.send({ connected: true }, socket, () => process.disconnect()));
socket.on("error", ({ code, message }) => process.send({ failure: code ?? message }, () => process.disconnect()));
