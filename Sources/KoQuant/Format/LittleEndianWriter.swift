/// Collects little-endian numbers.
struct LittleEndianWriter {
  var bytes: [UInt8] = []

  mutating func append(_ value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Bit i is the i-th flag.
  mutating func append(flags: [Bool]) {
    var value: UInt32 = 0
    for (bit, flag) in flags.enumerated() where flag { value |= 1 << UInt32(bit) }
    append(value)
  }
}
