/// The settings section: all of a `TokenizerDefinition` but its vocabulary.
///
/// Layout, little-endian, no padding:
///
///     offset       type       what
///     0            u32        layout version, 1
///     4            u32        flags: 1 cleans text, 2 isolates CJK, 4 strips accents, 8 lowercases
///     8            u32        a word of more scalars is one unknown token; 1 to 1024
///     12           u32        unknown token
///     16           u32        classifier token
///     20           u32        separator token
///     24           u32        padding token
///     28           u32        P, bytes of the continuation prefix, at most 64
///     32           u32        R, added tokens matched in the text as it is
///     36           u32        N, added tokens matched in the normalized text
///     40           u32        E, bytes of text
///     44           u32        0
///     48           24 x (R + N)   added tokens: the R first, then the N, each part in ascending order of pattern
///     48 + 24(R+N) u8[E]      texts; the continuation prefix comes first
///
/// An added token: u32 id; u32 flags (1 special, 2 single word, 4 strips left, 8 strips right); u32 offset and
/// u32 length of its text; u32 offset and u32 length of the pattern that is matched (its text, normalized for
/// the last N), from 1 to 4096 bytes. Offsets count from the first text. Texts are valid UTF-8 without U+FFFD.
struct TokenizerSettings: @unchecked Sendable {
  static let version: UInt32 = 1
  static let headerSize = 48
  static let entrySize = 24
  static let maximumPrefix = 64
  static let maximumPattern = 4096
  static let maximumAddedTokens = 65_536
  static let wordLimits = 1...1024

  let flags: UInt32
  let maximumWordScalars: Int
  let unknownToken: UInt32
  let classifierToken: UInt32
  let separatorToken: UInt32
  let paddingToken: UInt32
  /// Added tokens matched in the text as it is, and those matched in the normalized text.
  let rawTokens: AddedTokenTable
  let normalizedTokens: AddedTokenTable

  var cleansText: Bool { flags & 1 != 0 }
  var splitsCJK: Bool { flags & 2 != 0 }
  var stripsAccents: Bool { flags & 4 != 0 }
  var lowercases: Bool { flags & 8 != 0 }

  /// Checks everything that matching relies on, except ids; O(bytes of the section).
  init(_ section: UnsafeRawBufferPointer) throws(TokenizerError) {
    guard let base = section.baseAddress, section.count >= Self.headerSize else {
      throw TokenizerError(.settings, at: 0, .wrongLength)
    }
    let header = LittleEndianWords(base: base)
    guard header[0] == Self.version else { throw TokenizerError(.settings, at: 0, .unsupportedVersion) }
    guard header[1] < 16 else { throw TokenizerError(.settings, at: 4, .unknownFlags) }
    guard header[2] <= UInt32(Self.wordLimits.upperBound), header[2] >= 1 else {
      throw TokenizerError(.settings, at: 8, .wordLimitOutOfRange)
    }
    guard header[7] <= Self.maximumPrefix else { throw TokenizerError(.settings, at: 28, .prefixTooLong) }
    guard header[8] <= Self.maximumAddedTokens, header[9] <= Self.maximumAddedTokens else {
      throw TokenizerError(.settings, at: 32, .tooManyTokens)
    }
    guard header[11] == 0 else { throw TokenizerError(.settings, at: 44, .reservedNotZero) }
    let raw = Int(header[8])
    let normalized = Int(header[9])
    let textAt = Self.headerSize + Self.entrySize * (raw + normalized)
    guard header[10] <= section.count, section.count - Int(header[10]) == textAt, header[10] >= header[7]
    else { throw TokenizerError(.settings, at: 40, .wrongLength) }
    flags = header[1]
    maximumWordScalars = Int(header[2])
    unknownToken = header[3]
    classifierToken = header[4]
    separatorToken = header[5]
    paddingToken = header[6]
    rawTokens = try AddedTokenTable(section, at: Self.headerSize, count: raw, textAt: textAt)
    normalizedTokens = try AddedTokenTable(
      section, at: Self.headerSize + Self.entrySize * raw, count: normalized, textAt: textAt)
  }
}
