import KoQuant
import Testing

@Suite struct SectionNameTests {
  @Test func holdsUpTo47Bytes() throws {
    for count in [1, 8, 46, 47] {
      let text = String(repeating: "a", count: count)
      #expect(try #require(SectionName(string: text)).string == text)
    }
    for text in ["", String(repeating: "a", count: 48), "a\0b", String(repeating: "가", count: 16)] {
      #expect(SectionName(string: text) == nil)
    }
    #expect(("a name of more than forty-seven bytes, which is none" as SectionName).isNone)
  }

  @Test func layers() throws {
    #expect(SectionName.layer(0, "output.scales") == "layers.0.output.scales")
    #expect(SectionName.layer(1023, "attention.qkv.weights").string == "layers.1023.attention.qkv.weights")
    #expect(SectionName.layer(-1, "x").isNone)
    #expect(SectionName.layer(7, "a rest of more than forty-seven bytes is too long").isNone)
    #expect(SectionName.layer(1, "x") != SectionName.layer(11, "x"))
    #expect(SectionName.none != "model" && SectionName.model == "model")
  }
}

@Suite struct XXH3Tests {
  @Test func knownValues() throws {
    // From the reference implementation's self-test data for seed 0: the empty input.
    #expect(KoqImage.hash([]) == 0x2D06_8005_38D3_94C2)
    let bytes = KoqImage.pattern(5_000)
    for cut in [0, 1, 16, 240, 1024, 4_999, 5_000] {
      let stream = try XXH3.Stream()
      bytes[..<cut].withUnsafeBytes { stream.update($0) }
      bytes[cut...].withUnsafeBytes { stream.update($0) }
      #expect(stream.digest() == KoqImage.hash(bytes))
      stream.reset()
      #expect(stream.digest() == KoqImage.hash([]))
    }
  }
}
