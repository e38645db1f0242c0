import { createSocket } from "node:dgram";

/**
 * Passes VXLAN packets on, each after so many milliseconds, to port 4790 of the node that the last four bytes of the inner Ethernet destination
 * spell. Arguments: the port to listen on, milliseconds.
 *
 * Checksums of TCP and UDP inside are made here: on links of one machine nobody else does.
 */
const [, , port, delayMs] = process.argv;
const ethernet = 8;
const ipHeader = ethernet + 14;

const socket = createSocket("udp4");
socket.on("message", (packet) => {
  complete(packet);
  const node = packet.subarray(ethernet + 2, ethernet + 6).join(".");
  setTimeout(() => socket.send(packet, 4790, node), Number(delayMs));
});
socket.bind(Number(port));

function complete(packet) {
  const isIpv4 = packet.readUInt16BE(ethernet + 12) === 0x0800;
  const isFragment = isIpv4 && (packet.readUInt16BE(ipHeader + 6) & 0x3fff) !== 0;
  const protocol = packet[ipHeader + 9];
  if (!isIpv4 || isFragment || (protocol !== 6 && protocol !== 17)) return;
  const start = ipHeader + (packet[ipHeader] & 0x0f) * 4;
  const end = ipHeader + packet.readUInt16BE(ipHeader + 2);
  const place = start + (protocol === 6 ? 16 : 6);
  packet.writeUInt16BE(0, place);
  const pseudoHeader = sum(packet, ipHeader + 12, ipHeader + 20) + protocol + (end - start);
  const checksum = ~fold(pseudoHeader + sum(packet, start, end)) & 0xffff;
  packet.writeUInt16BE(checksum === 0 ? 0xffff : checksum, place);
}

function sum(packet, start, end) {
  let total = 0;
  for (let index = start; index < end; index += 2)
    total += (packet[index] << 8) | (index + 1 < end ? packet[index + 1] : 0);
  return total;
}

function fold(total) {
  return total > 0xffff ? fold((total & 0xffff) + Math.floor(total / 0x10000)) : total;
}
