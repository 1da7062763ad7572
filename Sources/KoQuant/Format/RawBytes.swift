extension UnsafeRawBufferPointer {
  /// A little-endian integer at any alignment; `offset` must be inside.
  @inline(__always)
  func littleEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer { Integer(littleEndian: loadUnaligned(fromByteOffset: offset, as: type)) }

  /// The bytes of `range`, which must be inside, with their own indices from 0.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }

  /// Whether this is UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing cut off.
  package var isUTF8: Bool {
    var index = 0
    while index < count {
      let length = Self.sequenceLength(self[index], index + 1 < count ? self[index + 1] : 0)
      guard length > 0, length <= count - index else { return false }
      for next in index + 1..<index + Swift.max(length, 1) where self[next] & 0xC0 != 0x80 { return false }
      index += length
    }
    return true
  }

  /// Bytes of the sequence that starts with `first` and `second`, 0 when none does (Unicode 15, table 3-7).
  private static func sequenceLength(_ first: UInt8, _ second: UInt8) -> Int {
    switch first {
    case 0x00...0x7F: 1
    case 0xC2...0xDF: 2
    case 0xE0: second >= 0xA0 ? 3 : 0
    case 0xED: second < 0xA0 ? 3 : 0
    case 0xE1...0xEF: 3
    case 0xF0: second >= 0x90 ? 4 : 0
    case 0xF1...0xF3: 4
    case 0xF4: second < 0x90 ? 4 : 0
    default: 0
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Stores a little-endian integer at any alignment; `offset` must be inside.
  @inline(__always)
  func store<Integer: FixedWidthInteger & BitwiseCopyable>(littleEndian value: Integer, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
  }

  /// The bytes of `range`, which must be inside, with their own indices from 0.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: self[range])
  }
}

/// `value` rounded up to a multiple of a power of two; nil when that is beyond `Int`.
@inline(__always)
func alignedUp(_ value: Int, to alignment: Int) -> Int? {
  let (sum, overflow) = value.addingReportingOverflow(alignment - 1)
  return overflow ? nil : sum & ~(alignment - 1)
}
