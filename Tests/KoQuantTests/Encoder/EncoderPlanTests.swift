import KoQuant
import Testing

@Suite struct EncoderPlanTests {
  @Test(arguments: [1, 2, 3, 4, 7, 16, 64, 1024]) func everyRowIsInExactlyOneBlock(threads: Int) {
    for tokens in Array(0...700) + [1023, 1024, 4096, 100_003] {
      let plan = EncoderPlan(tokens: tokens, threads: threads, taskRows: 256)
      var next = 0
      for block in 0..<plan.blocks {
        let rows = plan.rows(ofBlock: block)
        #expect(rows.lowerBound == next && !rows.isEmpty)
        #expect(rows.count <= EncoderPlan.maximumRows)
        next = rows.upperBound
      }
      #expect(next == tokens, "\(tokens) tokens, \(threads) threads")
    }
  }

  @Test func channelsAreSharedOnlyWhenOneWorkspaceHoldsAllRows() {
    for threads in 1...64 {
      for tokens in 0...400
      where EncoderPlan(tokens: tokens, threads: threads, taskRows: 256).split == .channels {
        #expect(threads > 1 && tokens <= WorkspaceLayout.intermediateRows)
      }
    }
    #expect(EncoderPlan(tokens: 8, threads: 2, taskRows: 64).split == .channels)
    #expect(EncoderPlan(tokens: 1024, threads: 2, taskRows: 64).split == .rows)
  }
}
