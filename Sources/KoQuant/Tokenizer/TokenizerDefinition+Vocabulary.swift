extension TokenizerDefinition {
  /// The vocabulary section of this tokenizer with its lookup table; see `PieceTable` for the layout.
  ///
  /// Of equal tokens the last is found, as in the reference. O(tokens).
  public func encodeVocabulary() throws(TokenizerError) -> [UInt8] {
    guard vocabulary.count <= PieceTable.maximumTokens else {
      throw TokenizerError(.definition, at: PieceTable.maximumTokens, .tooManyTokens)
    }
    guard continuingPrefix.count <= TokenizerSettings.maximumPrefix else {
      throw TokenizerError(.definition, at: 0, .prefixTooLong)
    }
    var size = 0
    for (id, token) in vocabulary.enumerated() {
      size += token.count
      if size > Int32.max { throw TokenizerError(.definition, at: id, .tooManyTokens) }
    }
    let pieces = self.pieces()
    let table = try PieceTableBuilder(vocabulary: vocabulary, pieces: pieces)
    var section = LittleEndianWriter()
    section.bytes.reserveCapacity(
      PieceTable.headerSize + 4 * (vocabulary.count + table.slots.count + 1) + size)
    section.append(PieceTable.version)
    for number in [vocabulary.count, table.slots.count, size, table.longestPiece, table.probes] {
      section.append(UInt32(truncatingIfNeeded: number))
    }
    section.append(table.seed)
    section.append(UInt32(truncatingIfNeeded: continuingPrefix.count))
    var offset = 0
    for token in vocabulary {
      section.append(UInt32(truncatingIfNeeded: offset))
      offset += token.count
    }
    section.append(UInt32(truncatingIfNeeded: offset))
    for slot in table.slots { section.append(slot) }
    for token in vocabulary { section.bytes += token }
    return section.bytes
  }

  /// All ways in which tokens can occur in words.
  private func pieces() -> [PieceTableBuilder.Piece] {
    var pieces: [PieceTableBuilder.Piece] = []
    for (id, token) in vocabulary.enumerated() {
      let id = UInt32(truncatingIfNeeded: id)
      if let scalars = Self.scalarsOfPiece(token[...], longestSplitting: 1) {
        pieces.append(.init(id: id, continuing: false, text: token, scalars: scalars))
      }
      if token.starts(with: continuingPrefix) {
        let rest = token[continuingPrefix.count...]
        if let scalars = Self.scalarsOfPiece(rest, longestSplitting: 0) {
          pieces.append(.init(id: id, continuing: true, text: Array(rest), scalars: scalars))
        }
      }
    }
    return pieces
  }

  /// The scalars of a text that can be part of a word: not empty, valid, and with punctuation or white space
  /// no longer than `longestSplitting`.
  private static func scalarsOfPiece(_ text: ArraySlice<UInt8>, longestSplitting: Int) -> [UInt32]? {
    var scalars: [UInt32] = []
    var splits = false
    let isValid = text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      var position = 0
      while position < bytes.count {
        let next = UTF8Scalar(base, at: position, end: bytes.count)
        guard next.isValid else { return false }
        let kind = ScalarKind(of: next.scalar)
        if kind.isPunctuation || kind.isWhitespace { splits = true }
        scalars.append(next.scalar)
        position += next.length
      }
      return true
    }
    return !isValid || scalars.isEmpty || splits && scalars.count > longestSplitting ? nil : scalars
  }
}

/// Builds the hash table of a vocabulary section.
struct PieceTableBuilder {
  struct Piece {
    var id: UInt32
    var continuing: Bool
    /// Without the continuation prefix.
    var text: [UInt8]
    var scalars: [UInt32]
  }

  private(set) var slots: [UInt32] = []
  private(set) var probes = 1
  private(set) var seed: UInt32 = 0
  let longestPiece: Int

  /// Half full at most; more seeds and then larger tables are tried until no lookup is long.
  init(vocabulary: [[UInt8]], pieces: [Piece]) throws(TokenizerError) {
    longestPiece = pieces.reduce(0) { max($0, $1.scalars.count) }
    var size = 2
    while size < 2 * pieces.count { size *= 2 }
    while size <= min(max(16 * pieces.count, 64), PieceTable.maximumSlots) {
      for seed in 0..<16 as Range<UInt32> where place(pieces, vocabulary, size: size, seed: seed) { return }
      size *= 2
    }
    throw TokenizerError(.definition, at: 0, .tableTooCrowded)
  }

  private mutating func place(_ pieces: [Piece], _ vocabulary: [[UInt8]], size: Int, seed: UInt32) -> Bool {
    slots = Array(repeating: 0, count: size)
    probes = 1
    self.seed = seed
    for piece in pieces {
      var hash = PieceHash(seed: seed, continuing: piece.continuing)
      for scalar in piece.scalars { hash.add(scalar) }
      let high = (hash.tag | (piece.continuing ? 0x80 : 0)) << 24
      var slot = hash.slot(mask: size - 1)
      var visited = 1
      while slots[slot] != 0, !holds(slots[slot], piece, high, vocabulary) {
        slot = (slot + 1) & (size - 1)
        visited += 1
        if visited > PieceTable.maximumProbes { return false }
      }
      slots[slot] = high | (piece.id + 1)
      probes = max(probes, visited)
    }
    return true
  }

  /// Whether a slot holds an equal piece of another id.
  private func holds(_ slot: UInt32, _ piece: Piece, _ high: UInt32, _ vocabulary: [[UInt8]]) -> Bool {
    slot & 0xFF00_0000 == high && vocabulary[Int(slot & 0xFF_FFFF) - 1] == vocabulary[Int(piece.id)]
  }
}
