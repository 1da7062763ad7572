/// What is wrong with a `.koq` file, or with a request to read it: where, and what to do about it.
public struct KoqError: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    case system(SystemError)

    // The file as a whole.
    case empty
    case notKoq
    case convertedAsText
    case newerVersion(UInt16)
    case unsupportedFlags(UInt32)
    case truncated(expected: Int, actual: Int)
    case trailingBytes(expected: Int, actual: Int)
    case damagedHeader
    case damagedTable
    case invalidHeader(Field)
    case misalignedMemory

    // One section.
    case invalidEntry(Field)
    case unsupportedKind(UInt8)
    case missingSection
    case damagedSection
    case invalidBlockIndex
    case notDecodable
    case implausiblyCompressed
    case invalidContents(Field)

    // A request.
    case notInPlace
    case compressed
    case changed
    case noBlocks
    case outOfRange
    case wrongBufferSize(expected: Int)
  }

  /// The field and the rule that it breaks.
  public struct Field: Sendable, Equatable, ExpressibleByStringLiteral {
    public var text: StaticString
    public init(_ text: StaticString) { self.text = text }
    public init(stringLiteral text: StaticString) { self.text = text }

    public static func == (a: Self, b: Self) -> Bool { a.text.equals(b.text) }
  }

  public var reason: Reason
  /// `none` when the file as a whole is meant.
  public var section: SectionName
  /// Byte of the file where it was noticed, -1 when there is no such place.
  public var offset: Int
  /// Empty for files in memory.
  public var path: String

  public init(_ reason: Reason, section: SectionName = .none, offset: Int = -1, path: String = "") {
    self.reason = reason
    self.section = section
    self.offset = offset
    self.path = path
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.reason == b.reason && a.section == b.section && a.offset == b.offset
      && a.path.utf8.elementsEqual(b.path.utf8)
  }

  /// The same error, telling which file it is about.
  package func at(_ path: String) -> KoqError {
    var error = self
    error.path = path
    return error
  }
}
