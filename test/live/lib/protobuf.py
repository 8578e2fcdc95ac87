"""As much of the protocol buffers wire format as the CRI client needs: messages are dictionaries,
described by tables of field name -> (number, kind). A kind in a list is repeated; "raw" is bytes."""

VARINT, BYTES = 0, 2


def _varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _take(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _one(number, kind, value, schema):
    if kind in ("int", "bool"):
        return _varint(number << 3 | VARINT) + _varint(int(value))
    if kind in ("str", "raw"):
        data = value if isinstance(value, bytes) else value.encode()
    elif kind == "map":
        data = _one(1, "str", value[0], schema) + _one(2, "str", value[1], schema)
    else:
        data = encode(schema, kind, value)
    return _varint(number << 3 | BYTES) + _varint(len(data)) + data


def encode(schema, message, fields):
    out = b""
    for name, value in fields.items():
        number, kind = schema[message][name]
        if isinstance(kind, list):
            values, kind = value, kind[0]
        elif kind == "map":
            values = value.items()
        else:
            values = [value]
        out += b"".join(_one(number, kind, item, schema) for item in values)
    return out


def decode(schema, message, data):
    """Fields that the schema does not name are skipped."""
    names = {number: (name, kind) for name, (number, kind) in schema[message].items()}
    found, at = {}, 0
    while at < len(data):
        key, at = _take(data, at)
        name, kind = names.get(key >> 3, (None, None))
        if key & 7 == VARINT:
            value, at = _take(data, at)
        elif key & 7 == BYTES:
            size, at = _take(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {key & 7}")
        if name is None or kind == "map":
            continue
        many = isinstance(kind, list)
        kind = kind[0] if many else kind
        if kind == "str":
            value = value.decode(errors="replace")
        elif kind not in ("int", "bool", "raw"):
            value = decode(schema, kind, value)
        if many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
