"""Hears what goes over the loopback device from and to some ports. Needs root."""

import ctypes
import socket
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Event, Thread

ALL_PROTOCOLS, IPV4, IPV6, TCP = 3, 0x0800, 0x86DD, 6
ETHERNET_BYTES = 14
SO_ATTACH_FILTER, SO_RCVBUFFORCE, SOL_PACKET, PACKET_STATISTICS, OUTGOING = 26, 33, 263, 6, 4
BUFFER_BYTES = 64 * 1024 * 1024
# Instructions of the kernel's packet filter: load two bytes, one byte, a header's length; jump; return.
LOAD_2, LOAD_1, LOAD_2_AFTER, HEADER, IF_EQUAL, RETURN = 0x28, 0x30, 0x48, 0xB1, 0x15, 0x06


def filter_of(ports: Collection[int]) -> bytes:
    """A program for the kernel: lets through TCP over IPv4 from and to these ports, and all of IPv6."""
    sides = [(LOAD_2_AFTER, ETHERNET_BYTES), (LOAD_2_AFTER, ETHERNET_BYTES + 2)]
    length = 6 + len(sides) * (1 + len(ports)) + 2
    reject, accept = length - 2, length - 1
    code = [(LOAD_2, 0, 0, 12), (IF_EQUAL, accept - 2, 0, IPV6), (IF_EQUAL, 0, reject - 3, IPV4)]
    code += [(LOAD_1, 0, 0, ETHERNET_BYTES + 9), (IF_EQUAL, 0, reject - 5, TCP), (HEADER, 0, 0, ETHERNET_BYTES)]
    for load, offset in sides:
        code.append((load, 0, 0, offset))
        code += [(IF_EQUAL, accept - len(code) - number - 1, 0, port) for number, port in enumerate(ports)]
    code += [(RETURN, 0, 0, 0), (RETURN, 0, 0, 0x40000)]
    return b"".join(struct.pack("HBBI", *each) for each in code)


class Packets:
    """What went by: the bytes of each direction of each connection, in order."""

    def __init__(self, ports: Collection[int]) -> None:
        self.flows: dict[tuple[int, int], bytearray] = {}
        self.lost = 0
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        program = filter_of(ports)
        kept = ctypes.create_string_buffer(program, len(program))
        attached = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attached)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.2)

    def hear(self, ended: Event) -> None:
        """Listen until told to stop, and until nothing more comes."""
        while True:
            try:
                packet, address = self._socket.recvfrom(1 << 18)
            except TimeoutError:
                if ended.is_set():
                    break
                continue
            # Each packet goes by twice on this device: as it leaves, and as it arrives.
            if address[2] == OUTGOING:
                self._take(packet)
        statistics = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        self.lost = struct.unpack("II", statistics)[1]
        self._socket.close()

    def _take(self, packet: bytes) -> None:
        if int.from_bytes(packet[12:14], "big") == IPV4:
            start = ETHERNET_BYTES + (packet[ETHERNET_BYTES] & 15) * 4
            end = ETHERNET_BYTES + int.from_bytes(packet[ETHERNET_BYTES + 2 : ETHERNET_BYTES + 4], "big")
        else:
            start, end = ETHERNET_BYTES + 40, len(packet)
        ports = struct.unpack_from(">HH", packet, start)
        self.flows.setdefault(ports, bytearray()).extend(packet[start + (packet[start + 12] >> 4) * 4 : end])


@contextmanager
def hearing(ports: Collection[int]) -> Iterator[Packets]:
    """The packets from and to these ports, until the block ends; complete after it."""
    packets, ended = Packets(ports), Event()
    thread = Thread(target=packets.hear, args=(ended,))
    thread.start()
    try:
        yield packets
    finally:
        ended.set()
        thread.join()
    assert packets.lost == 0, f"{packets.lost} packets were not heard"
