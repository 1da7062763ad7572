/// The name of a section: 1 to 47 bytes of UTF-8, held in place so that looking one up allocates nothing.
public struct SectionName: Sendable, Equatable, BitwiseCopyable, ExpressibleByStringLiteral {
  public static let capacity = 47

  /// The name's bytes in memory order, then zeros: 48 in all.
  private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  private var length: UInt8 = 0

  /// Matches no section.
  public static var none: SectionName { SectionName() }

  private init() {}

  /// A name that is known when the program is written; `none` when it is too long.
  public init(stringLiteral name: StaticString) {
    self.init()
    append(name)
  }

  /// Nil when the name is empty, longer than 47 bytes, or holds a NUL.
  public init?(string name: String) {
    self.init()
    for byte in name.utf8 { append(byte) }
    if isNone { return nil }
  }

  /// Reads a name out of a section table, where zeros follow it: nil unless it is UTF-8 without control
  /// characters.
  init?(tableField field: UnsafeRawBufferPointer) {
    self.init()
    let end = field.firstIndex(of: 0) ?? field.count
    let name = field.slice(0..<end)
    guard field.slice(end..<field.count).allSatisfy({ $0 == 0 }), name.isUTF8 else { return nil }
    var previous: UInt8 = 0
    for byte in name {
      // U+0080 to U+009F are control characters too.
      if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return nil }
      append(byte)
      previous = byte
    }
    if isNone { return nil }
  }

  /// "layers.INDEX.REST"; `none` when that is too long.
  public static func layer(_ index: Int, _ rest: StaticString) -> SectionName {
    var name: SectionName = "layers."
    name.append(decimal: index)
    name.append(".")
    name.append(rest)
    return name
  }

  /// "SELF.REST"; `none` when that is too long.
  func child(_ rest: StaticString) -> SectionName {
    var name = self
    name.append(".")
    name.append(rest)
    return name
  }

  public var isNone: Bool { length == 0 || length == .max }

  /// Calls `body` with the bytes of the name.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let count = isNone ? 0 : Int(length)
    return withUnsafeBytes(of: words) { body($0.slice(0..<count)) }
  }

  public var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  public static func == (a: Self, b: Self) -> Bool {
    a.words.0 == b.words.0 && a.words.1 == b.words.1 && a.words.2 == b.words.2 && a.words.3 == b.words.3
      && a.words.4 == b.words.4 && a.words.5 == b.words.5 && a.length == b.length
  }

  /// Some total order, for finding duplicates.
  static func precedes(_ a: Self, _ b: Self) -> Bool {
    if a.words.0 != b.words.0 { return a.words.0 < b.words.0 }
    if a.words.1 != b.words.1 { return a.words.1 < b.words.1 }
    if a.words.2 != b.words.2 { return a.words.2 < b.words.2 }
    if a.words.3 != b.words.3 { return a.words.3 < b.words.3 }
    if a.words.4 != b.words.4 { return a.words.4 < b.words.4 }
    return a.words.5 < b.words.5
  }
}

extension SectionName {
  /// Names beyond the capacity become `none` for good.
  private mutating func append(_ byte: UInt8) {
    if length == .max { return }
    guard length < Self.capacity, byte != 0 else {
      words = (0, 0, 0, 0, 0, 0)
      length = .max
      return
    }
    withUnsafeMutableBytes(of: &words) { $0[Int(length)] = byte }
    length += 1
  }

  private mutating func append(_ text: StaticString) {
    for byte in UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) { append(byte) }
  }

  private mutating func append(decimal value: Int) {
    if value < 0 { return append(0) }
    if value >= 10 { append(decimal: value / 10) }
    append(UInt8(ascii: "0") + UInt8(value % 10))
  }
}

extension SectionName {
  /// `ModelConfiguration`.
  public static var model: SectionName { "model" }
  /// `Probes`.
  public static var probes: SectionName { "probes" }
  /// JSON: where the weights come from and how they were quantized.
  public static var provenance: SectionName { "provenance" }
  /// Tokenizer settings.
  public static var tokenizer: SectionName { "tokenizer" }
  /// Tokens and their lookup structure.
  public static var vocabulary: SectionName { "vocabulary" }
}
