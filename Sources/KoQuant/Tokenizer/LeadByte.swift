/// What to do with a scalar, as far as its first byte tells.
enum LeadByte {
  /// ASCII that is added to the word as it is.
  static let letter: UInt8 = 0
  /// ASCII that is added to the word in lowercase.
  static let capital: UInt8 = 1
  static let whitespace: UInt8 = 2
  static let punctuation: UInt8 = 3
  static let removed: UInt8 = 4
  /// May begin a Hangul syllable that is added to the word as it is.
  static let hangul: UInt8 = 5
  /// Goes through the normalizer.
  static let other: UInt8 = 6

  /// An entry for each byte.
  static func table(_ settings: TokenizerSettings) -> [UInt8] {
    var table = [UInt8](repeating: other, count: 256)
    for byte in 0..<128 {
      let kind = ScalarKind(of: UInt32(byte))
      if settings.cleansText, kind.isRemoved {
        table[byte] = removed
      } else if kind.isWhitespace {
        table[byte] = whitespace
      } else if kind.isPunctuation {
        table[byte] = punctuation
      } else {
        table[byte] = settings.lowercases && kind.lowercases ? capital : letter
      }
    }
    if !settings.stripsAccents {
      for byte in 0xEA...0xED { table[byte] = hangul }
    }
    return table
  }
}
