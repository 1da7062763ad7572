// The section `probes`, little-endian:
//
//     0   u32 number of probes n      4   u32 dimension d
//     8   f32 mean cosine            12   f32 least cosine
//     16  f32 greatest difference    20   u32 0
//     24  n times: u32 bytes of the text, u32 number of tokens
//         n times: d f32, the reference vectors
//         the tokens of all probes, u32 each
//         the texts of all probes, without separators

extension Probes {
  private static let headerSize = 24

  /// - Throws: `KoqError.invalidContents`.
  public func encode() throws(KoqError) -> [UInt8] {
    try validate()
    var section = LittleEndianWriter()
    section.append(UInt32(clamping: probes.count))
    section.append(UInt32(clamping: dimension))
    for limit in [limits.meanCosine, limits.minimumCosine, limits.maximumAbsolute] {
      section.append(limit.bitPattern)
    }
    section.append(0)
    for probe in probes {
      guard let length = UInt32(exactly: probe.text.count), let tokens = UInt32(exactly: probe.ids.count)
      else {
        throw KoqError(.invalidContents("text of a probe"), section: .probes)
      }
      section.append(length)
      section.append(tokens)
    }
    for probe in probes {
      for value in probe.vector { section.append(value.bitPattern) }
    }
    for probe in probes {
      for id in probe.ids { section.append(id) }
    }
    for probe in probes { section.bytes.append(contentsOf: probe.text) }
    return section.bytes
  }

  /// Reads and validates what `encode` wrote.
  /// - Throws: `KoqError.invalidContents`.
  public init(section bytes: UnsafeRawBufferPointer) throws(KoqError) {
    guard bytes.count >= Self.headerSize else { throw Self.invalid("shorter than its header") }
    func number(_ offset: Int) -> UInt32 { bytes.littleEndian(at: offset) }
    let count = Int(clamping: number(0))
    let dimension = Int(clamping: number(4))
    guard count <= Self.maximumCount else { throw Self.invalid("number of probes") }
    guard (1...ModelConfiguration.maximumChannels).contains(dimension) else {
      throw Self.invalid("dimension")
    }
    guard number(20) == 0 else { throw Self.invalid("reserved field") }
    let layout = try Layout(bytes, count: count, dimension: dimension)
    var tokens = layout.tokens
    var texts = layout.texts
    var probes: [Probe] = []
    probes.reserveCapacity(count)
    for index in 0..<count {
      let entry = Self.headerSize + 8 * index
      let vector = layout.vectors + 4 * dimension * index
      let tokenCount = Int(clamping: number(entry + 4))
      let textLength = Int(clamping: number(entry))
      probes.append(
        Probe(
          text: Array(bytes.slice(texts..<texts + textLength)),
          ids: (0..<tokenCount).map { number(tokens + 4 * $0) },
          vector: (0..<dimension).map { Float(bitPattern: number(vector + 4 * $0)) }))
      tokens += 4 * tokenCount
      texts += textLength
    }
    let limits = DriftLimits(
      meanCosine: Float(bitPattern: number(8)), minimumCosine: Float(bitPattern: number(12)),
      maximumAbsolute: Float(bitPattern: number(16)))
    self.init(dimension: dimension, limits: limits, probes: probes)
    try validate()
  }

  private static func invalid(_ field: KoqError.Field) -> KoqError {
    KoqError(.invalidContents(field), section: .probes)
  }

  /// Where the parts begin; the parts fill the section exactly.
  private struct Layout {
    var vectors: Int
    var tokens: Int
    var texts: Int

    init(_ bytes: UnsafeRawBufferPointer, count: Int, dimension: Int) throws(KoqError) {
      // Sums of at most 65,536 products of 32-bit numbers: UInt64 holds them on every machine.
      let tableEnd = UInt64(Probes.headerSize) + 8 * UInt64(count)
      let vectorsEnd = tableEnd + 4 * UInt64(count) * UInt64(dimension)
      guard vectorsEnd <= UInt64(bytes.count) else { throw invalid("shorter than its vectors") }
      var tokenBytes: UInt64 = 0
      var textBytes: UInt64 = 0
      for index in 0..<count {
        let entry = Probes.headerSize + 8 * index
        textBytes += UInt64(bytes.littleEndian(at: entry, as: UInt32.self))
        tokenBytes += 4 * UInt64(bytes.littleEndian(at: entry + 4, as: UInt32.self))
      }
      guard vectorsEnd + tokenBytes + textBytes == UInt64(bytes.count) else {
        throw invalid("lengths of tokens and texts")
      }
      vectors = Int(tableEnd)
      tokens = Int(vectorsEnd)
      texts = Int(vectorsEnd + tokenBytes)
    }
  }
}
