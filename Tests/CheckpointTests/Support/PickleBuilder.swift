/// Writes pickles opcode by opcode, and files of the form before PyTorch 1.6 around them.
struct PickleBuilder {
  var bytes: [UInt8] = [0x80, 2]

  /// Opcodes by their ASCII letters.
  mutating func code(_ letters: String) { bytes += Array(letters.utf8) }
  mutating func code(_ raw: [UInt8]) { bytes += raw }
  mutating func global(_ module: String, _ name: String) { code("c\(module)\n\(name)\n") }

  mutating func string(_ text: String) {
    code("X")
    little(UInt64(text.utf8.count), 4)
    code(text)
  }

  mutating func integer(_ value: Int) {
    code([0x8A, 8])
    little(UInt64(bitPattern: Int64(value)), 8)
  }

  mutating func little(_ value: UInt64, _ count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }

  /// A tuple of integers.
  mutating func tuple(_ values: [Int]) {
    code("(")
    for value in values { integer(value) }
    code("t")
  }

  /// A storage of floats named `key`.
  mutating func storage(_ key: String, count: Int, type: String = "FloatStorage") {
    code("(")
    string("storage")
    global("torch", type)
    string(key)
    string("cpu")
    integer(count)
    code("tQ")
  }

  /// A tensor of the storage "0".
  mutating func tensor(count: Int, offset: Int, shape: [Int], strides: [Int]) {
    global("torch._utils", "_rebuild_tensor_v2")
    code("(")
    storage("0", count: count)
    integer(offset)
    tuple(shape)
    tuple(strides)
    code([0x89, 0x4E])
    code("tR")
  }

  /// A file whose object is this pickle, with STOP to come, and whose storage "0" has `count` floats.
  func file(count: Int) -> [UInt8] {
    var file = PickleBuilder(bytes: [])
    file.code([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E])
    file.code([0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2])
    file.code("}")
    file.string("little_endian")
    file.code([0x88])
    file.code("s.")
    file.code(bytes)
    file.code([0x2E, 0x80, 2])
    file.code("](")
    file.string("0")
    file.code("e.")
    file.little(UInt64(count), 8)
    file.code([UInt8](repeating: 0, count: 4 * count))
    return file.bytes
  }
}
