/// Why a tokenizer section was refused, or a definition cannot become one.
public struct TokenizerError: Error, Sendable, Equatable {
  public enum Section: Sendable, Equatable {
    case settings
    case vocabulary
    /// The definition given to the encoder.
    case definition
  }

  public enum Reason: Sendable, Equatable {
    case wrongLength
    case unsupportedVersion
    case unknownFlags
    case reservedNotZero
    case wordLimitOutOfRange
    case prefixTooLong
    case tooManyTokens
    case textOutOfBounds
    case invalidUTF8
    /// U+FFFD in an added token: it could match bytes that are not valid UTF-8.
    case replacementCharacter
    case emptyAddedToken
    case addedTokenTooLong
    case addedTokensNotAscending
    case tokenIdOutOfRange
    case offsetsNotAscending
    case tableSizeNotPowerOfTwo
    case tableParametersOutOfRange
    /// No seed spreads the pieces well enough.
    case tableTooCrowded
  }

  public var section: Section
  /// Byte in the section, or index of the token in the definition.
  public var offset: Int
  public var reason: Reason

  public init(_ section: Section, at offset: Int, _ reason: Reason) {
    self.section = section
    self.offset = offset
    self.reason = reason
  }

  /// The reason in words.
  public var message: StaticString {
    switch reason {
    case .wrongLength: "the section does not have the length that its counts require"
    case .unsupportedVersion: "the layout version is not supported"
    case .unknownFlags: "a flag is set that this version does not know"
    case .reservedNotZero: "a reserved field is not zero"
    case .wordLimitOutOfRange: "the longest word must be from 1 to 1024 scalars"
    case .prefixTooLong: "the continuation prefix is longer than 64 bytes"
    case .tooManyTokens: "more tokens than the layout can number"
    case .textOutOfBounds: "a text lies outside the section"
    case .invalidUTF8: "an added token is not valid UTF-8"
    case .replacementCharacter: "an added token contains U+FFFD"
    case .emptyAddedToken: "an added token is empty, or becomes empty when normalized"
    case .addedTokenTooLong: "an added token is longer than 4096 bytes"
    case .addedTokensNotAscending: "added tokens are not in strictly ascending order"
    case .tokenIdOutOfRange: "a token id is not less than the number of tokens"
    case .offsetsNotAscending: "token offsets do not ascend"
    case .tableSizeNotPowerOfTwo: "the lookup table's size is not a power of two"
    case .tableParametersOutOfRange: "a parameter of the lookup table is out of range"
    case .tableTooCrowded: "the vocabulary does not fit a lookup table"
    }
  }
}
