/// The vocabulary section, used in place: texts by id, and a hash table from pieces to ids.
///
/// Layout, little-endian, no padding:
///
///     offset            type          what
///     0                 u32           layout version, 1
///     4                 u32           V, number of token ids, at most 2^24 - 2
///     8                 u32           T, slots of the hash table, a power of two, at most 2^26
///     12                u32           B, bytes of text
///     16                u32           scalars of the longest piece
///     20                u32           slots that a lookup visits at most, 1 to 64
///     24                u32           seed of the hash
///     28                u32           bytes of the continuation prefix
///     32                u32[V + 1]    where the text of each token begins; the last is B
///     36 + 4V           u32[T]        slots
///     36 + 4V + 4T      u8[B]         texts in id order; an unused id has an empty one
///
/// A slot is 0 when empty, else bits 0–23 hold the id plus 1, bits 24–30 the tag of the hash, and bit 31 tells
/// that the piece continues a word (its text follows the continuation prefix). Tokens that no word can contain
/// (several scalars, one of them punctuation or white space, as "[CLS]") have a text but no slot.
struct PieceTable: @unchecked Sendable {
  static let version: UInt32 = 1
  static let headerSize = 32
  static let maximumTokens = 1 << 24 - 2
  static let maximumSlots = 1 << 26
  static let maximumProbes = 64

  let count: Int
  let longestPiece: Int
  let seed: UInt32
  private let offsets: LittleEndianWords
  private let slots: LittleEndianWords
  private let text: UnsafePointer<UInt8>
  private let mask: Int
  private let probes: Int
  private let prefixLength: Int

  /// Checks everything that lookups rely on; O(V + T).
  init(_ section: UnsafeRawBufferPointer) throws(TokenizerError) {
    guard let base = section.baseAddress, section.count >= Self.headerSize else {
      throw TokenizerError(.vocabulary, at: 0, .wrongLength)
    }
    let header = LittleEndianWords(base: base)
    guard header[0] == Self.version else { throw TokenizerError(.vocabulary, at: 0, .unsupportedVersion) }
    guard header[1] <= Self.maximumTokens else { throw TokenizerError(.vocabulary, at: 4, .tooManyTokens) }
    guard header[2] <= Self.maximumSlots, header[2] > 0, header[2] & (header[2] - 1) == 0 else {
      throw TokenizerError(.vocabulary, at: 8, .tableSizeNotPowerOfTwo)
    }
    guard header[5] >= 1, header[5] <= Self.maximumProbes else {
      throw TokenizerError(.vocabulary, at: 20, .tableParametersOutOfRange)
    }
    guard header[7] <= TokenizerSettings.maximumPrefix else {
      throw TokenizerError(.vocabulary, at: 28, .prefixTooLong)
    }
    guard header[3] <= section.count else { throw TokenizerError(.vocabulary, at: 12, .wrongLength) }
    guard header[4] <= header[3] else {
      throw TokenizerError(.vocabulary, at: 16, .tableParametersOutOfRange)
    }
    count = Int(header[1])
    let slotCount = Int(header[2])
    let textSize = Int(header[3])
    // At most 2^26 + 2^28: no overflow, even of 32 bits.
    let slotsAt = Self.headerSize + 4 * (count + 1)
    let textAt = slotsAt + 4 * slotCount
    guard section.count - textAt == textSize else { throw TokenizerError(.vocabulary, at: 12, .wrongLength) }
    longestPiece = Int(header[4])
    probes = Int(header[5])
    seed = header[6]
    prefixLength = Int(header[7])
    mask = slotCount - 1
    offsets = LittleEndianWords(base: base + Self.headerSize)
    slots = LittleEndianWords(base: base + slotsAt)
    text = (base + textAt).assumingMemoryBound(to: UInt8.self)
    try checkOffsets(textSize: textSize)
    try checkSlots(at: slotsAt)
  }

  private func checkOffsets(textSize: Int) throws(TokenizerError) {
    var last: UInt32 = 0
    for i in 0...count {
      guard offsets[i] >= last else {
        throw TokenizerError(.vocabulary, at: Self.headerSize + 4 * i, .offsetsNotAscending)
      }
      last = offsets[i]
    }
    guard offsets[0] == 0, last == textSize else {
      throw TokenizerError(.vocabulary, at: Self.headerSize, .textOutOfBounds)
    }
  }

  private func checkSlots(at offset: Int) throws(TokenizerError) {
    for i in 0...mask where slots[i] & 0xFF_FFFF > count {
      throw TokenizerError(.vocabulary, at: offset + 4 * i, .tokenIdOutOfRange)
    }
  }

  /// The text of an id less than `count`.
  func token(_ id: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(offsets[id])
    return UnsafeBufferPointer(start: text + start, count: Int(offsets[id + 1]) - start)
  }

  /// The id of a piece whose hash is given; nil when the vocabulary lacks it. Looks at `probes` slots at most.
  @inline(__always)
  func find(_ piece: UnsafeBufferPointer<UInt8>, hash: PieceHash, continuing: Bool) -> UInt32? {
    var slot = hash.slot(mask: mask)
    let wanted = hash.tag | (continuing ? 0x80 : 0)
    for _ in 0..<probes {
      let entry = slots[slot]
      if entry & 0xFF_FFFF == 0 { return nil }
      if entry >> 24 == wanted {
        let id = entry & 0xFF_FFFF - 1
        if has(Int(id), piece, after: continuing ? prefixLength : 0) { return id }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  @inline(__always)
  private func has(_ id: Int, _ piece: UnsafeBufferPointer<UInt8>, after skipped: Int) -> Bool {
    let candidate = token(id)
    guard candidate.count == piece.count + skipped else { return false }
    for i in 0..<piece.count where candidate[skipped + i] != piece[i] { return false }
    return true
  }
}
