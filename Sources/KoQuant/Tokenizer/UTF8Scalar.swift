/// One scalar decoded from bytes that need not be valid UTF-8.
struct UTF8Scalar {
  /// U+FFFD where the bytes are invalid.
  var scalar: UInt32
  /// Bytes that it takes: of invalid bytes, the maximal subpart (Unicode Standard, section 3.9, U+FFFD
  /// Substitution of Maximal Subparts), as Python's `errors="replace"` does.
  var length: Int
  var isValid: Bool

  /// Decodes at `position`, which must be less than `end`.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, at position: Int, end: Int) {
    let lead = bytes[position]
    if lead < 0x80 {
      self.init(scalar: UInt32(lead), length: 1, isValid: true)
    } else {
      self.init(multibyte: bytes + position, available: end - position)
    }
  }

  private init(scalar: UInt32, length: Int, isValid: Bool) {
    self.scalar = scalar
    self.length = length
    self.isValid = isValid
  }

  private static func invalid(_ length: Int) -> Self {
    Self(scalar: 0xFFFD, length: length, isValid: false)
  }

  private init(multibyte bytes: UnsafePointer<UInt8>, available: Int) {
    let lead = bytes[0]
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    // Table 3-7 of the Unicode Standard: the second byte's range depends on the first.
    let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
    guard lead >= 0xC2, lead <= 0xF4, available > 1, bytes[1] >= lowest, bytes[1] <= highest else {
      self = .invalid(1)
      return
    }
    var scalar = (UInt32(lead) & 0x7F >> UInt32(length)) << 6 | UInt32(bytes[1] & 0x3F)
    for i in 2..<max(length, 2) {
      guard i < available, bytes[i] & 0xC0 == 0x80 else {
        self = .invalid(i)
        return
      }
      scalar = scalar << 6 | UInt32(bytes[i] & 0x3F)
    }
    self.init(scalar: scalar, length: length, isValid: true)
  }

  /// Decodes the scalar that ends at `position`, which must be greater than 0.
  init(before position: Int, _ bytes: UnsafePointer<UInt8>) {
    for length in 1...min(4, position) where bytes[position - length] & 0xC0 != 0x80 {
      let candidate = Self(bytes, at: position - length, end: position)
      if candidate.length == length, candidate.isValid { self = candidate } else { self = .invalid(1) }
      return
    }
    self = .invalid(1)
  }

  /// Writes the UTF-8 of a scalar and returns its length, at most 4.
  @inline(__always)
  static func write(_ scalar: UInt32, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    if scalar < 0x80 {
      bytes[0] = UInt8(truncatingIfNeeded: scalar)
      return 1
    }
    let length = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
    var rest = scalar
    for i in (1..<length).reversed() {
      bytes[i] = UInt8(truncatingIfNeeded: rest & 0x3F | 0x80)
      rest >>= 6
    }
    let mark: UInt32 = 0xF00 >> UInt32(length) & 0xFF
    bytes[0] = UInt8(truncatingIfNeeded: mark | rest)
    return length
  }
}
