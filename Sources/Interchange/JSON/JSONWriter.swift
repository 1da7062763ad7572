/// Writes JSON text piece by piece: commas, colons and escapes are its business, what to write the caller's.
///
/// Numbers are the shortest decimals that read back as the same value; NaN and infinities, which JSON lacks, are
/// written as `null`. A writer can be emptied and used again, so that a stream of lines allocates once.
public struct JSONWriter: Sendable {
  public enum Style: Sendable {
    /// Without any space: one line.
    case compact
    /// An element a line, two spaces a level.
    case indented
  }

  /// The text so far.
  public private(set) var bytes: [UInt8] = []
  private let style: Style
  /// For each open array or object, whether it has an element already.
  private var levels: [Bool] = []
  private var followsKey = false

  public init(style: Style = .compact) {
    self.style = style
  }

  /// Forgets the text and keeps its memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    levels.removeAll(keepingCapacity: true)
    followsKey = false
  }

  public mutating func beginObject() { begin(UInt8(ascii: "{")) }
  public mutating func endObject() { end(UInt8(ascii: "}")) }
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }
  public mutating func endArray() { end(UInt8(ascii: "]")) }

  /// Starts a member of the open object; its value comes next.
  public mutating func key(_ key: String) {
    separate()
    appendQuoted(Array(key.utf8))
    appendColon()
  }

  /// Starts a member of the open object; its value comes next. Ill-formed UTF-8 is repaired.
  public mutating func key(utf8 key: [UInt8]) {
    separate()
    appendQuoted(key)
    appendColon()
  }

  public mutating func null() { scalar("null") }
  public mutating func value(_ value: Bool) { scalar(value ? "true" : "false") }
  public mutating func value(_ value: some FixedWidthInteger) { scalar(value.description) }
  public mutating func value(_ value: Float) { scalar(value.isFinite ? value.description : "null") }
  public mutating func value(_ value: Double) { scalar(value.isFinite ? value.description : "null") }

  public mutating func value(_ value: String) {
    separate()
    appendQuoted(Array(value.utf8))
  }

  /// A string; ill-formed UTF-8 is repaired.
  public mutating func value(utf8 value: [UInt8]) {
    separate()
    appendQuoted(value)
  }
}

extension JSONWriter {
  /// What goes before a key or a value.
  private mutating func separate() {
    if followsKey {
      followsKey = false
      return
    }
    guard let hasElements = levels.last else { return }
    if hasElements { bytes.append(UInt8(ascii: ",")) }
    levels[levels.count - 1] = true
    breakLine()
  }

  private mutating func breakLine() {
    guard style == .indented else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * levels.count))
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    levels.append(false)
  }

  private mutating func end(_ bracket: UInt8) {
    if levels.popLast() == true { breakLine() }
    bytes.append(bracket)
  }

  private mutating func appendColon() {
    bytes.append(UInt8(ascii: ":"))
    if style == .indented { bytes.append(UInt8(ascii: " ")) }
    followsKey = true
  }

  private mutating func scalar(_ spelling: String) {
    separate()
    bytes.append(contentsOf: spelling.utf8)
  }

  private mutating func appendQuoted(_ text: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    let isWellFormed = text.withUnsafeBytes { UTF8Validation.firstError(in: $0) == nil }
    if isWellFormed {
      appendEscaped(text)
    } else {
      appendEscaped(Array(String(decoding: text, as: UTF8.self).utf8))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ text: [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
        bytes.append(contentsOf: digits.utf8)
      default: bytes.append(byte)
      }
    }
  }
}
