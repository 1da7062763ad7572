/// WordPiece as the fast Hugging Face tokenizer does it: added tokens, BertNormalizer, BertPreTokenizer,
/// WordPiece, classifier and separator tokens around the text.
///
/// Reads two sections of a model file in place: they must stay where they are, unchanged, as long as the
/// tokenizer is used. A value can be used from many threads; each needs its own `Encoding`.
public struct Tokenizer: @unchecked Sendable {
  let settings: TokenizerSettings
  let pieces: PieceTable
  let leads: [UInt8]
  /// Not 0 for bytes that begin an added token matched in the text as it is.
  let addedLeads: [UInt8]
  /// Token ids are less than this: the vocabulary and the added tokens beyond it.
  public let tokenCount: Int

  /// Checks everything that is later relied on, in O(bytes of the settings + tokens); builds nothing that grows
  /// with the vocabulary.
  public init(
    settings: UnsafeRawBufferPointer, vocabulary: UnsafeRawBufferPointer
  ) throws(TokenizerError) {
    self.settings = try TokenizerSettings(settings)
    pieces = try PieceTable(vocabulary)
    leads = LeadByte.table(self.settings)
    tokenCount = try Self.tokenCount(self.settings, pieces)
    addedLeads = Self.leads(of: self.settings.rawTokens)
  }

  /// Number of token ids, having checked that the ids of the settings are among them.
  private static func tokenCount(
    _ settings: TokenizerSettings, _ pieces: PieceTable
  ) throws(TokenizerError) -> Int {
    var count = pieces.count
    for tokens in [settings.rawTokens, settings.normalizedTokens] {
      for i in 0..<tokens.count {
        guard tokens.id(i) < PieceTable.maximumTokens else {
          throw TokenizerError(.settings, at: TokenizerSettings.headerSize, .tokenIdOutOfRange)
        }
        count = max(count, Int(tokens.id(i)) + 1)
      }
    }
    let ids = [
      settings.unknownToken, settings.classifierToken, settings.separatorToken, settings.paddingToken,
    ]
    for (i, id) in ids.enumerated() where id >= count {
      throw TokenizerError(.settings, at: 12 + 4 * i, .tokenIdOutOfRange)
    }
    return count
  }

  private static func leads(of tokens: AddedTokenTable) -> [UInt8] {
    var leads = [UInt8](repeating: 0, count: 256)
    for i in 0..<tokens.count { leads[Int(tokens.pattern(i)[0])] = 1 }
    return leads
  }

  public var unknownToken: UInt32 { settings.unknownToken }
  public var classifierToken: UInt32 { settings.classifierToken }
  public var separatorToken: UInt32 { settings.separatorToken }
  public var paddingToken: UInt32 { settings.paddingToken }
  /// Whether texts are lowercased: the tokenizer is uncased.
  public var lowercases: Bool { settings.lowercases }
  /// The text of a token, valid as long as the sections are; empty where the id is not used.
  public func token(_ id: UInt32) -> UnsafeBufferPointer<UInt8> {
    if id < pieces.count {
      let text = pieces.token(Int(id))
      if text.count > 0 { return text }
    }
    for tokens in [settings.rawTokens, settings.normalizedTokens] {
      for i in 0..<tokens.count where tokens.id(i) == id { return tokens.content(i) }
    }
    return UnsafeBufferPointer(start: nil, count: 0)
  }
}

extension Tokenizer {
  /// Encodes a text into at most `maximumTokens` tokens (at least 2: the classifier and separator tokens).
  ///
  /// Bytes that are not valid UTF-8 are read as Python's `decode(errors="replace")` reads them. Linear time;
  /// memory depends on the tokenizer and `maximumTokens` alone. Reading stops when the text has 65,536 tokens
  /// more than fit.
  public func encode(
    _ text: UnsafeBufferPointer<UInt8>, maximumTokens: Int, into encoding: inout Encoding
  ) {
    let scalars = settings.maximumWordScalars
    let window = AddedTokenMatcher.windowSize(settings.normalizedTokens)
    encoding.prepare(scratchBytes: WordMemory.size(scalars: scalars, window: window))
    var scratch: [UInt64] = []
    swap(&scratch, &encoding.scratch)
    scratch.withUnsafeMutableBytes { block in
      guard let base = block.baseAddress else { return }
      let memory = WordMemory(base, scalars: scalars, window: window)
      var pass = EncodingPass(self, memory: memory, limit: max(maximumTokens, 2) - 1)
      // Swapped in and out: a copy would cost an allocation.
      swap(&pass.sink.ids, &encoding.ids)
      pass.sink.emit(settings.classifierToken)
      if let bytes = text.baseAddress { pass.run(bytes, count: text.count) }
      pass.sink.ids.append(settings.separatorToken)
      swap(&pass.sink.ids, &encoding.ids)
      encoding.tokenCount = pass.sink.count + 1
      encoding.isTokenCountExact = !pass.sink.isDone
      encoding.replacedInvalidBytes = pass.replacedInvalidBytes
    }
    swap(&scratch, &encoding.scratch)
  }
}
