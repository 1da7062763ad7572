/// A JSON value (RFC 8259).
///
/// Strings are UTF-8 bytes and compare as bytes: Swift's `String` compares by canonical equivalence, and
/// vocabularies hold keys that are canonically equivalent and yet different tokens.
public enum JSON: Sendable, Equatable {
  /// One `"key": value` of an object.
  public struct Member: Sendable, Equatable {
    public var key: [UInt8]
    public var value: JSON

    public init(key: [UInt8], value: JSON) {
      self.key = key
      self.value = value
    }
  }

  case null
  case boolean(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int)
  /// Any other number, correctly rounded.
  case number(Double)
  case string([UInt8])
  case array([JSON])
  /// Members in the order of the text, repeated keys included.
  case object([Member])
}

extension JSON {
  /// Why a text is not JSON, and where.
  public struct SyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes from the start of the text.
    public var offset: Int
    public var message: String

    public var description: String { "byte \(offset): \(message)" }
  }

  /// Bounds on what a text may make of memory and stack.
  public struct Limits: Sendable {
    /// Arrays and objects inside each other.
    public var depth = 128
    /// Values in total; each costs at most 16 bytes beside its text and its array's header.
    public var values = 8_000_000

    public init() {}
  }

  /// The value that `text`, as a whole, is. Linear in the length of the text.
  public init(parsing text: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(SyntaxError) {
    var parser = JSONParser(text: text, limits: limits)
    self = try parser.parseDocument()
  }

  /// The value that `text`, as a whole, is. Linear in the length of the text.
  public init(parsing text: [UInt8], limits: Limits = Limits()) throws(SyntaxError) {
    self = try text.withUnsafeBufferPointer { bytes throws(SyntaxError) in
      try JSON(parsing: UnsafeRawBufferPointer(bytes), limits: limits)
    }
  }
}

extension JSON {
  /// The member's value; the last one where a key repeats, as in Python. Nil when there is none, or when this is
  /// no object. Linear in the number of members.
  public subscript(key: StaticString) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return key.withUTF8Buffer { key in members.last { $0.key.elementsEqual(key) }?.value }
  }

  /// The string, ill-formed UTF-8 repaired; nil when this is none.
  public var stringValue: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  public var integerValue: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// Any number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  public var booleanValue: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  public var arrayValue: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  public var objectValue: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}
