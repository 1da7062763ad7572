import KoQuant
import Testing

@Suite struct ModelConfigurationCodingTests {
  static let sample = ModelConfiguration(
    architecture: .roberta, layers: 12, hiddenSize: 768, attentionHeads: 12, intermediateSize: 3072,
    vocabularySize: 32_000, positions: 514, paddingToken: 1, maximumTokens: 128, layerNormEpsilon: 1e-5,
    pooling: .mean, normalizes: false)

  private func decode(_ bytes: [UInt8]) throws -> ModelConfiguration {
    try bytes.withUnsafeBytes { try ModelConfiguration(section: $0) }
  }

  @Test func roundTrip() throws {
    #expect(try decode(Self.sample.encode()) == Self.sample)
    var other = Self.sample
    other.architecture = .bert
    other.pooling = .meanSqrtLength
    other.normalizes = true
    other.layerNormEpsilon = 1e-12
    #expect(try decode(other.encode()) == other)
    #expect(try decode(other.encode() + [0, 0, 0, 0]) == other)
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try Self.sample.encode()
    for count in bytes.indices { #expect(throws: KoqError.self) { try decode(Array(bytes[..<count])) } }
    #expect(throws: KoqError.self) { try decode(bytes + [0, 0, 1, 0]) }
  }

  @Test func everyFieldIsValidated() throws {
    let bytes = try Self.sample.encode()
    for field in 0..<12 {
      var broken = bytes
      broken.replaceSubrange(4 * field..<4 * field + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
      let error = #expect(throws: KoqError.self, "field \(field)") { try decode(broken) }
      #expect(error?.section == .model)
    }
    var broken = bytes
    broken.replaceSubrange(12..<16, with: KoqImage.bytes(UInt32(7)))
    #expect(throws: KoqError(.invalidContents("attentionHeads"), section: .model)) { try decode(broken) }
  }

  @Test func invalidConfigurationsAreNotWritten() {
    var invalid = Self.sample
    invalid.layers = 0
    #expect(throws: ModelConfiguration.Invalid.self) { try invalid.encode() }
  }
}

@Suite struct ProbesCodingTests {
  static let sample = Probes(
    dimension: 3, limits: .init(meanCosine: 0.9985, minimumCosine: 0.993, maximumAbsolute: 0.05),
    probes: [
      .init(text: Array("한국어 문장".utf8), ids: [0, 5, 9, 2], vector: [1, -2.5, 3e-8]),
      .init(text: [], ids: [], vector: [0.5, 1, 2]),
      .init(text: Array("last".utf8), ids: [31_999], vector: [-1, .leastNonzeroMagnitude, 7]),
    ])

  private func decode(_ bytes: [UInt8]) throws -> Probes {
    try bytes.withUnsafeBytes { try Probes(section: $0) }
  }

  @Test func roundTrip() throws {
    #expect(try decode(Self.sample.encode()) == Self.sample)
    let none = Probes(dimension: 1, limits: Self.sample.limits, probes: [])
    #expect(try decode(none.encode()) == none)
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try Self.sample.encode()
    for count in bytes.indices { #expect(throws: KoqError.self) { try decode(Array(bytes[..<count])) } }
    #expect(throws: KoqError.self) { try decode(bytes + [0]) }
  }

  @Test func everyFlipDecodesOrThrows() throws {
    var bytes = try Self.sample.encode()
    for index in bytes.indices {
      for mask: UInt8 in [0xFF, 0x01, 0x80] {
        bytes[index] ^= mask
        if let probes = try? decode(bytes) { #expect(probes != Self.sample) }
        bytes[index] ^= mask
      }
    }
  }

  @Test func hugeClaimsAllocateNothing() throws {
    let bytes = try Self.sample.encode()
    for (offset, value) in [
      (0, UInt32(65_536)), (0, .max), (4, 65_536), (4, .max), (4, 0), (24, .max), (28, .max),
    ] {
      var broken = bytes
      broken.replaceSubrange(offset..<offset + 4, with: KoqImage.bytes(value))
      #expect(throws: KoqError.self) { try decode(broken) }
    }
  }

  @Test func invalidProbesAreNotWritten() {
    var probes = Self.sample
    probes.probes[0].vector[1] = .nan
    #expect(throws: KoqError(.invalidContents("vector of a probe"), section: .probes)) { try probes.encode() }
    probes = Self.sample
    probes.probes[0].text = [0xFF]
    #expect(throws: KoqError.self) { try probes.encode() }
    probes = Self.sample
    probes.limits.meanCosine = .nan
    #expect(throws: KoqError.self) { try probes.encode() }
    probes = Self.sample
    probes.probes[2].vector = [1]
    #expect(throws: KoqError.self) { try probes.encode() }
  }
}
