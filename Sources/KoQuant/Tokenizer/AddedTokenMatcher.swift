/// Finds added tokens in normalized text on its way to the words, looking ahead no further than the longest.
///
/// `stripsLeft` and `stripsRight` need nothing here: the white space that they take is dropped anyway.
struct AddedTokenMatcher: ScalarSink {
  private let tokens: AddedTokenTable
  private let window: UnsafeMutableBufferPointer<UInt8>
  private var head = 0
  private var tail = 0
  /// Bytes of a match that was refused and is now ordinary text.
  private var refused = 0
  private var isAfterWordCharacter = false
  var words: WordPieces

  /// Bytes ahead that decide whether a token matches: the longest pattern and one scalar.
  private static func reach(_ tokens: AddedTokenTable) -> Int { tokens.longestPattern + 4 }

  static func windowSize(_ tokens: AddedTokenTable) -> Int {
    tokens.count == 0 ? 0 : 2 * reach(tokens) + 64
  }

  init(_ tokens: AddedTokenTable, window: UnsafeMutableBufferPointer<UInt8>, words: WordPieces) {
    self.tokens = tokens
    self.window = window
    self.words = words
  }

  mutating func take(_ scalar: UInt32) {
    guard let base = window.baseAddress else { return }
    if tail + 4 > window.count {
      for i in head..<tail { window[i - head] = window[i] }
      tail -= head
      head = 0
    }
    tail += UTF8Scalar.write(scalar, to: base + tail)
    while tail - head >= Self.reach(tokens) { step(base) }
  }

  /// The text ends here, or an added token of the text as it is follows.
  mutating func finish() {
    guard let base = window.baseAddress else { return }
    while head < tail { step(base) }
    head = 0
    tail = 0
    refused = 0
    isAfterWordCharacter = false
    words.endWord()
  }

  /// Moves on by an added token or by one scalar.
  private mutating func step(_ base: UnsafeMutablePointer<UInt8>) {
    if refused == 0, let match = tokens.longestMatch(base, at: head, end: tail) {
      let end = head + tokens.pattern(match).count
      if !tokens.isSingleWord(match) || !touchesWord(base, end) {
        words.endWord()
        words.sink.emit(tokens.id(match))
        isAfterWordCharacter = ScalarKind(of: UTF8Scalar(before: end, base).scalar).isWordCharacter
        head = end
        return
      }
      refused = end - head
    }
    let next = UTF8Scalar(base, at: head, end: tail)
    words.take(next.scalar)
    isAfterWordCharacter = ScalarKind(of: next.scalar).isWordCharacter
    head += next.length
    refused = max(0, refused - next.length)
  }

  private func touchesWord(_ base: UnsafePointer<UInt8>, _ end: Int) -> Bool {
    if isAfterWordCharacter { return true }
    return end < tail && ScalarKind(of: UTF8Scalar(base, at: end, end: tail).scalar).isWordCharacter
  }
}
