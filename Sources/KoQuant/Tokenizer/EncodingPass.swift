/// One walk over a text: added tokens of the text as it is, and between them the normalizer and the words.
struct EncodingPass {
  private let tokenizer: Tokenizer
  private var normalizer: Normalizer
  private var matcher: AddedTokenMatcher
  private let hasNormalizedTokens: Bool
  private(set) var replacedInvalidBytes = false

  init(_ tokenizer: Tokenizer, memory: WordMemory, limit: Int) {
    self.tokenizer = tokenizer
    let settings = tokenizer.settings
    normalizer = Normalizer(settings, pending: memory.pending)
    matcher = AddedTokenMatcher(
      settings.normalizedTokens, window: memory.window,
      words: WordPieces(tokenizer.pieces, settings, memory: memory, sink: TokenSink(limit: limit)))
    hasNormalizedTokens = settings.normalizedTokens.count > 0
  }

  var sink: TokenSink {
    _read { yield matcher.words.sink }
    _modify { yield &matcher.words.sink }
  }

  /// Emits the tokens of a text, without the classifier and separator tokens.
  mutating func run(_ text: UnsafePointer<UInt8>, count: Int) {
    let tokens = tokenizer.settings.rawTokens
    var searched = 0
    var done = 0
    while !sink.isDone, let (index, start) = nextAddedToken(text, from: searched, end: count) {
      let end = start + tokens.pattern(index).count
      searched = end
      if tokens.isSingleWord(index), Self.touchesWord(text, start, end, count) { continue }
      let from = tokens.stripsLeft(index) ? Self.trimmed(text, from: done, to: start) : start
      if done < from { runBetween(text, from: done, to: from) }
      sink.emit(tokens.id(index))
      done = tokens.stripsRight(index) ? Self.skippingWhitespace(text, from: end, to: count) : end
    }
    if done < count { runBetween(text, from: done, to: count) }
  }

  /// The next added token and where it starts.
  private func nextAddedToken(_ text: UnsafePointer<UInt8>, from: Int, end: Int) -> (Int, Int)? {
    let tokens = tokenizer.settings.rawTokens
    if tokens.count == 0 { return nil }
    return tokenizer.addedLeads.withUnsafeBufferPointer { leads in
      for i in from..<end where leads[Int(text[i])] != 0 {
        if let index = tokens.longestMatch(text, at: i, end: end) { return (index, i) }
      }
      return nil
    }
  }

  private static func touchesWord(
    _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ count: Int
  ) -> Bool {
    if start > 0, ScalarKind(of: UTF8Scalar(before: start, text).scalar).isWordCharacter { return true }
    return end < count && ScalarKind(of: UTF8Scalar(text, at: end, end: count).scalar).isWordCharacter
  }

  /// Where the white space that ends a range begins.
  private static func trimmed(_ text: UnsafePointer<UInt8>, from: Int, to: Int) -> Int {
    var end = to
    while end > from {
      let last = UTF8Scalar(before: end, text)
      guard ScalarKind(of: last.scalar).isWhitespace else { break }
      end -= last.length
    }
    return max(end, from)
  }

  private static func skippingWhitespace(_ text: UnsafePointer<UInt8>, from: Int, to: Int) -> Int {
    var start = from
    while start < to {
      let next = UTF8Scalar(text, at: start, end: to)
      guard ScalarKind(of: next.scalar).isWhitespace else { break }
      start += next.length
    }
    return start
  }
}

extension EncodingPass {
  /// Emits the tokens of a stretch of text that holds no added token as it is.
  private mutating func runBetween(_ text: UnsafePointer<UInt8>, from: Int, to end: Int) {
    if hasNormalizedTokens {
      var position = from
      while position < end, !sink.isDone {
        let next = decode(text, position, end)
        normalizer.take(next.scalar, &matcher)
        position += next.length
      }
      normalizer.finish(&matcher)
      matcher.finish()
    } else {
      tokenizer.leads.withUnsafeBufferPointer { runPlain(text, from: from, to: end, leads: $0) }
      normalizer.finish(&matcher.words)
      matcher.words.endWord()
    }
  }

  /// The common case: ASCII and Hangul go straight to the words.
  @inline(__always)
  private mutating func runPlain(
    _ text: UnsafePointer<UInt8>, from: Int, to end: Int, leads: UnsafeBufferPointer<UInt8>
  ) {
    var position = from
    while position < end, !matcher.words.sink.isDone {
      let byte = text[position]
      let lead = leads[Int(byte)]
      if lead < LeadByte.removed {
        if normalizer.pendingCount > 0 { normalizer.finish(&matcher.words) }
        switch lead {
        case LeadByte.letter: matcher.words.append(ascii: byte)
        case LeadByte.capital: matcher.words.append(ascii: byte | 0x20)
        case LeadByte.whitespace: matcher.words.endWord()
        default: matcher.words.takePunctuation(UInt32(byte))
        }
        position += 1
      } else if lead == LeadByte.hangul, let syllable = Self.hangulSyllable(text + position, end - position) {
        matcher.words.append(threeBytes: text + position, syllable)
        position += 3
      } else if lead == LeadByte.removed {
        position += 1
      } else {
        let next = decode(text, position, end)
        normalizer.take(next.scalar, &matcher.words)
        position += next.length
      }
    }
  }

  @inline(__always)
  private mutating func decode(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> UTF8Scalar {
    let next = UTF8Scalar(text, at: position, end: end)
    if !next.isValid { replacedInvalidBytes = true }
    return next
  }

  /// The precomposed Hangul syllable that bytes begin with.
  @inline(__always)
  private static func hangulSyllable(_ bytes: UnsafePointer<UInt8>, _ available: Int) -> UInt32? {
    guard available >= 3, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80 else { return nil }
    let scalar = UInt32(bytes[0] & 0x0F) << 12 | UInt32(bytes[1] & 0x3F) << 6 | UInt32(bytes[2] & 0x3F)
    return UnicodeTables.isHangulSyllable(scalar) ? scalar : nil
  }
}
