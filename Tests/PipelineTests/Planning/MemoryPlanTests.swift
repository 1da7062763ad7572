import Conversion
import KoQuant
import Testing

@Suite struct MemoryPlanTests {
  private func plan(_ tiny: TinyModel, _ request: MemoryPlan.Request) throws -> MemoryPlan {
    try MemoryPlan.make(tiny.openFile(access: .read), request)
  }

  @Test func withoutACeilingNothingIsGivenUp() throws {
    let stored = try plan(TinyModel("tiny-bert", .stored), .init())
    #expect(stored.residency == .mapped && stored.batchTokens == 1024 && stored.ringLayers == 0)
    let packed = try plan(TinyModel("tiny-bert", .zstd(level: 1)), .init(threads: 3, batchTokens: 77))
    #expect(packed.residency == .resident && packed.threads == 3 && packed.batchTokens == 77)
    #expect(packed.total == MemoryPlan.Part.allCases.reduce(0) { $0 + packed[$1] })
  }

  @Test func lowerCeilingsTakeAwayMemoryUntilTheyAreRefused() throws {
    let tiny = try TinyModel("tiny-roberta", .zstd(level: 1))
    let first = try plan(tiny, .init(threads: 2))
    var ceiling = first.total
    var last = first.total
    var seen: Set<Int> = []
    while true {
      do {
        let plan = try plan(tiny, .init(ceiling: ceiling, threads: 2))
        // The process itself grows a little while the test runs.
        #expect(plan.total <= ceiling && plan.total <= last + 1 << 20)
        last = plan.total
        seen.insert(plan.batchTokens)
        ceiling = plan.total - 1
      } catch EmbeddingError.memoryCeiling(let refused, let smallest) {
        #expect(refused == ceiling && smallest > ceiling)
        // What the refusal names can be kept, but for what the process has grown by since.
        _ = try self.plan(tiny, .init(ceiling: smallest + 4 << 20, threads: 2))
        break
      }
    }
    #expect(seen.count > 2)
  }

  @Test(arguments: [0, 1, 1 << 20]) func ceilingsThatNothingFits(ceiling: Int) throws {
    do {
      _ = try plan(TinyModel(), .init(ceiling: ceiling))
      Issue.record("planned")
    } catch let error as EmbeddingError {
      #expect(error.message.contains("the least that would do"))
    }
  }

  @Test func aCeilingBoundsTheLinesOfText() throws {
    let plan = try plan(TinyModel("tiny-bert", .stored), .init(threads: 1))
    #expect(plan.lineLimit(ceiling: nil) == 64 << 20 && plan.lineLimit(ceiling: .max) == 64 << 20)
    let least = plan.lineLimit(ceiling: plan.total)
    #expect(least == 16 << 10 && plan.lineLimit(ceiling: 0) == least)
    #expect(plan.lineLimit(ceiling: plan.total + 16 << 20) == least + 1 << 20)
  }

  @Test func wishesAreKept() throws {
    let tiny = try TinyModel("tiny-bert", .stored)
    for residency in Residency.allCases {
      let plan = try plan(tiny, .init(ceiling: .max, residency: residency, threads: 2, batchTokens: 200))
      #expect(plan.residency == residency && plan.threads == 2 && plan.batchTokens == 200)
      #expect(plan.ringLayers == (residency == .streamed ? 2 : 0))
      let model = try tiny.open(plan.modelOptions)
      let session = try EmbeddingSession(model, options: plan.sessionOptions)
      #expect(session.threads == 2 && session.capacity == 200 && session.model.residency == residency)
    }
  }

  @Test func compressedFilesAreNotPlannedToBeMapped() throws {
    let packed = try TinyModel("tiny-bert", .zstd(level: 1))
    #expect(throws: EmbeddingError.self) { try plan(packed, .init(residency: .mapped)) }
  }
}
