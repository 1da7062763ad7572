extension JSONLine {
  /// Appends a JSON string, quotes included: UTF-8 passes through, `"`, `\` and control characters are escaped,
  /// and each maximal ill-formed sequence becomes one U+FFFD (Unicode 16.0, section 3.9, table 3-8).
  public mutating func append(string text: UnsafeBufferPointer<UInt8>) {
    append(byte: UInt8(ascii: "\""))
    var position = 0
    while position < text.count {
      let plain = Self.plainPrefix(of: text, from: position)
      append(contentsOf: UnsafeBufferPointer(rebasing: text[position..<plain]))
      position = plain
      guard position < text.count else { break }
      if text[position] < 0x80 {
        appendEscaped(text[position])
        position += 1
      } else {
        let sequence = Self.sequence(in: text, at: position)
        if sequence.isValid {
          append(contentsOf: UnsafeBufferPointer(rebasing: text[position..<position + sequence.length]))
        } else {
          append("\u{FFFD}")
        }
        position += sequence.length
      }
    }
    append(byte: UInt8(ascii: "\""))
  }

  /// End of the run of ASCII from `start` that needs no escaping.
  private static func plainPrefix(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = start
    while end < text.count {
      let byte = text[end]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      end += 1
    }
    return end
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append(#"\""#)
    case UInt8(ascii: "\\"): append(#"\\"#)
    case UInt8(ascii: "\n"): append(#"\n"#)
    case UInt8(ascii: "\r"): append(#"\r"#)
    case UInt8(ascii: "\t"): append(#"\t"#)
    case 0x08: append(#"\b"#)
    case 0x0C: append(#"\f"#)
    default:
      append(byte < 0x10 ? #"\u000"# : #"\u001"#)
      let digit = byte & 15
      append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// The UTF-8 sequence that starts at a byte of 0x80 or more: its length if it is well formed, else the length
  /// of its longest well-formed beginning, at least 1 (Unicode 16.0, table 3-7).
  private static func sequence(
    in text: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (length: Int, isValid: Bool) {
    let lead = text[start]
    let length: Int
    // What the second byte may be: excludes overlong forms, surrogates and scalars above U+10FFFF.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return (1, false)
    }
    for offset in 1..<length {
      guard start + offset < text.count else { return (offset, false) }
      let byte = text[start + offset]
      guard offset == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else { return (offset, false) }
    }
    return (length, true)
  }
}
