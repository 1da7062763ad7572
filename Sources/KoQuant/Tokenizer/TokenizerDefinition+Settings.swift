extension TokenizerDefinition {
  /// The settings section of this tokenizer; see `TokenizerSettings` for the layout.
  ///
  /// Of added tokens with the same pattern the first is kept, special ones before others.
  public func encodeSettings() throws(TokenizerError) -> [UInt8] {
    guard TokenizerSettings.wordLimits.contains(maximumWordScalars) else {
      throw TokenizerError(.definition, at: 0, .wordLimitOutOfRange)
    }
    guard continuingPrefix.count <= TokenizerSettings.maximumPrefix else {
      throw TokenizerError(.definition, at: 0, .prefixTooLong)
    }
    guard addedTokens.count <= TokenizerSettings.maximumAddedTokens else {
      throw TokenizerError(.definition, at: 0, .tooManyTokens)
    }
    let raw = try patterns(normalized: false)
    let normalized = try patterns(normalized: true)
    var text = continuingPrefix
    var entries = LittleEndianWriter()
    for (pattern, token) in raw + normalized {
      let flags: [Bool] = [token.special, token.singleWord, token.stripsLeft, token.stripsRight]
      entries.append(token.id)
      entries.append(flags: flags)
      for string in [token.content, pattern] {
        entries.append(UInt32(truncatingIfNeeded: text.count))
        entries.append(UInt32(truncatingIfNeeded: string.count))
        text += string
      }
    }
    var section = LittleEndianWriter()
    section.append(TokenizerSettings.version)
    section.append(flags: [cleansText, splitsCJK, stripsAccents, lowercases])
    section.append(UInt32(truncatingIfNeeded: maximumWordScalars))
    for id in [unknownToken, classifierToken, separatorToken, paddingToken] { section.append(id) }
    for size in [continuingPrefix.count, raw.count, normalized.count, text.count, 0] {
      section.append(UInt32(truncatingIfNeeded: size))
    }
    return section.bytes + entries.bytes + text
  }

  /// The added tokens of one kind with what they match, in ascending order of it.
  private func patterns(normalized: Bool) throws(TokenizerError) -> [([UInt8], AddedToken)] {
    var all: [([UInt8], AddedToken, Int)] = []
    for (index, token) in addedTokens.enumerated() where token.normalized == normalized {
      let pattern = normalized ? self.normalized(token.content) : token.content
      for bytes in [token.content, pattern] {
        let fault = bytes.withUnsafeBufferPointer { AddedTokenTable.fault(in: $0) }
        if let fault { throw TokenizerError(.definition, at: index, fault) }
      }
      all.append((pattern, token, token.special ? index : index + addedTokens.count))
    }
    all.sort { a, b in
      if a.0.lexicographicallyPrecedes(b.0) { return true }
      return a.0 == b.0 && a.2 < b.2
    }
    var kept: [([UInt8], AddedToken)] = []
    for (pattern, token, _) in all where kept.last?.0 != pattern { kept.append((pattern, token)) }
    return kept
  }

  /// What the normalizer makes of a text, added tokens aside.
  package func normalized(_ text: [UInt8]) -> [UInt8] {
    var pending = [UInt32](repeating: 0, count: text.count + 1)
    var collector = ScalarCollector()
    pending.withUnsafeMutableBufferPointer { pending in
      var normalizer = Normalizer(
        cleansText: cleansText, splitsCJK: splitsCJK, stripsAccents: stripsAccents, lowercases: lowercases,
        pending: pending)
      text.withUnsafeBufferPointer { text in
        guard let base = text.baseAddress else { return }
        var position = 0
        while position < text.count {
          let next = UTF8Scalar(base, at: position, end: text.count)
          normalizer.take(next.scalar, &collector)
          position += next.length
        }
      }
      normalizer.finish(&collector)
    }
    return collector.bytes
  }
}

/// Collects scalars as UTF-8.
private struct ScalarCollector: ScalarSink {
  var bytes: [UInt8] = []

  mutating func take(_ scalar: UInt32) {
    var buffer: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &buffer) { raw in
      guard let base = raw.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      let length = UTF8Scalar.write(scalar, to: base)
      for i in 0..<length { bytes.append(base[i]) }
    }
  }
}
