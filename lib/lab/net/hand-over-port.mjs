// Opens the TCP port that it is told and hands it to the process that started it. Plain JavaScript, since stripping types would cost a
// third of the start.
import { createServer } from "node:net";

const [, , address, port] = process.argv;
const server = createServer();
server.on("error", (error) => process.send({ failure: error.message }));
server.listen(Number(port), address, () => process.send({}, server));
// The other side has the port by then.
process.on("disconnect", () => process.exit());
