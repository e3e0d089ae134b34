#loc = loc(unknown)
#loc1 = loc("parameters['blocks'][0]['down']")
#loc2 = loc("parameters['blocks'][0]['g1']")
#loc3 = loc("parameters['blocks'][0]['g2']")
#loc4 = loc("parameters['blocks'][0]['out']")
#loc5 = loc("parameters['blocks'][0]['qkv']")
#loc6 = loc("parameters['blocks'][0]['up']")
#loc7 = loc("parameters['blocks'][1]['down']")
#loc8 = loc("parameters['blocks'][1]['g1']")
#loc9 = loc("parameters['blocks'][1]['g2']")
#loc10 = loc("parameters['blocks'][1]['out']")
#loc11 = loc("parameters['blocks'][1]['qkv']")
#loc12 = loc("parameters['blocks'][1]['up']")
#loc13 = loc("parameters['embed']")
#loc14 = loc("data[0]")
#loc15 = loc("data[1]")
#loc16 = loc("generate.py":66:12 to :52)
#loc17 = loc("generate.py":53:26 to :69)
#loc18 = loc("generate.py":167:17 to :43)
#loc19 = loc("generate.py":179:0 to :6)
#loc20 = loc("generate.py":32:11 to :36)
#loc21 = loc("generate.py":38:40 to :62)
#loc22 = loc("generate.py":69:20 to :34)
#loc23 = loc("generate.py":33:19 to :27)
#loc24 = loc("generate.py":33:11 to :28)
#loc25 = loc("generate.py":33:46 to :61)
#loc26 = loc("generate.py":33:45 to :86)
#loc27 = loc("generate.py":33:45 to :93)
#loc28 = loc("generate.py":33:31 to :94)
#loc29 = loc("generate.py":33:11 to :94)
#loc30 = loc("generate.py":38:64 to :113)
#loc31 = loc("generate.py":38:10 to :114)
#loc32 = loc("generate.py":39:43 to :49)
#loc33 = loc("generate.py":39:51 to :57)
#loc34 = loc("generate.py":39:13 to :58)
#loc35 = loc("generate.py":39:13 to :85)
#loc36 = loc("generate.py":40:32 to :64)
#loc38 = loc("generate.py":40:13 to :80)
#loc39 = loc("generate.py":41:42 to :64)
#loc40 = loc("generate.py":41:66 to :72)
#loc41 = loc("generate.py":41:12 to :73)
#loc42 = loc("generate.py":41:12 to :103)
#loc43 = loc("generate.py":42:12 to :28)
#loc44 = loc("generate.py":42:8 to :28)
#loc45 = loc("generate.py":43:27 to :49)
#loc46 = loc("generate.py":43:27 to :59)
#loc47 = loc("generate.py":43:15 to :60)
#loc48 = loc("generate.py":43:15 to :72)
#loc49 = loc("generate.py":43:11 to :72)
#loc50 = loc("generate.py":71:21 to :61)
#loc51 = loc("generate.py":72:21 to :47)
#loc52 = loc("generate.py":72:17 to :47)
#loc53 = loc("generate.py":72:16 to :56)
#loc54 = loc("generate.py":72:16 to :63)
#loc55 = loc("generate.py":72:15 to :63)
#loc56 = loc("generate.py":33:47 to :55)
#loc57 = loc("generate.py":54:45 to :52)
#loc58 = loc("generate.py":54:15 to :75)
#loc59 = loc("generate.py":54:41 to :52)
#loc60 = loc("iota")
#loc61 = loc("add")
#loc62 = loc("ge")
#loc63 = loc("broadcast_in_dim")
#loc64 = loc("select_n")
#loc65 = loc("convert_element_type")
#loc66 = loc("reduce_sum")
#loc67 = loc("reduce_max")
#loc68 = loc("max")
#loc69 = loc("sub")
#loc70 = loc("exp")
#loc71 = loc("log")
#loc72 = loc("neg")
#loc73 = loc("reshape")
#loc74 = loc("div")
#loc75 = loc("mul")
#loc76 = loc("add_any")
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2) -> ()>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map7 = affine_map<(d0, d1, d2) -> (d2)>
#map8 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map9 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d5, d0, d1, d2)>
#map10 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5)>
#map11 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d4, d1, d2)>
#map13 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map14 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
#map15 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
#map16 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map17 = affine_map<(d0, d1, d2, d3) -> ()>
#map18 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map19 = affine_map<(d0, d1) -> ()>
#map20 = affine_map<(d0, d1) -> (d0, d1)>
#map21 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map22 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d2)>
#map23 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map24 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
#map25 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map26 = affine_map<() -> ()>
#map27 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#map28 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map29 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map30 = affine_map<(d0, d1) -> (d1, d0)>
#map31 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map32 = affine_map<(d0, d1, d2) -> (d0)>
#map33 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map34 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d2)>
#map35 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map36 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
#map37 = affine_map<(d0, d1, d2, d3, d4) -> (d1, d2, d3, d4)>
#map38 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d3)>
#map39 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map40 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5, d0, d1)>
#map41 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d2, d3, d4, d5)>
#map42 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2)>
#map43 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d4, d5)>
#map44 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5, d3)>
#map45 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
#map46 = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3, d0)>
#map47 = affine_map<(d0) -> ()>
#map48 = affine_map<(d0) -> (d0)>
#loc77 = loc("transformer.<locals>.loss"(#loc16))
#loc78 = loc("sgd.<locals>.step"(#loc17))
#loc79 = loc("main"(#loc18))
#loc80 = loc("<module>"(#loc19))
#loc81 = loc("layer_norm"(#loc20))
#loc82 = loc("block"(#loc21))
#loc83 = loc("transformer.<locals>.loss"(#loc22))
#loc84 = loc("layer_norm"(#loc23))
#loc85 = loc("layer_norm"(#loc24))
#loc86 = loc("layer_norm"(#loc25))
#loc87 = loc("layer_norm"(#loc26))
#loc88 = loc("layer_norm"(#loc27))
#loc89 = loc("layer_norm"(#loc28))
#loc90 = loc("layer_norm"(#loc29))
#loc91 = loc("block"(#loc30))
#loc92 = loc("block"(#loc31))
#loc93 = loc("block"(#loc32))
#loc94 = loc("block"(#loc33))
#loc95 = loc("block"(#loc34))
#loc96 = loc("block"(#loc35))
#loc97 = loc("block"(#loc36))
#loc99 = loc("block"(#loc38))
#loc100 = loc("block"(#loc39))
#loc101 = loc("block"(#loc40))
#loc102 = loc("block"(#loc41))
#loc103 = loc("block"(#loc42))
#loc104 = loc("block"(#loc43))
#loc105 = loc("block"(#loc44))
#loc106 = loc("block"(#loc45))
#loc107 = loc("block"(#loc46))
#loc108 = loc("block"(#loc47))
#loc109 = loc("block"(#loc48))
#loc110 = loc("block"(#loc49))
#loc111 = loc("transformer.<locals>.loss"(#loc50))
#loc112 = loc("transformer.<locals>.loss"(#loc51))
#loc113 = loc("transformer.<locals>.loss"(#loc52))
#loc114 = loc("transformer.<locals>.loss"(#loc53))
#loc115 = loc("transformer.<locals>.loss"(#loc54))
#loc116 = loc("transformer.<locals>.loss"(#loc55))
#loc117 = loc("layer_norm"(#loc56))
#loc118 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc57))
#loc119 = loc("sgd.<locals>.step"(#loc58))
#loc120 = loc("sgd.<locals>.step.<locals>.<lambda>"(#loc59))
#loc121 = loc(callsite(#loc79 at #loc80))
#loc122 = loc(callsite(#loc83 at #loc78))
#loc123 = loc(callsite(#loc78 at #loc121))
#loc124 = loc(callsite(#loc100 at #loc122))
#loc125 = loc(callsite(#loc119 at #loc121))
#loc127 = loc(callsite(#loc77 at #loc123))
#loc128 = loc(callsite(#loc83 at #loc123))
#loc129 = loc(callsite(#loc111 at #loc123))
#loc130 = loc(callsite(#loc112 at #loc123))
#loc131 = loc(callsite(#loc113 at #loc123))
#loc132 = loc(callsite(#loc114 at #loc123))
#loc133 = loc(callsite(#loc115 at #loc123))
#loc134 = loc(callsite(#loc116 at #loc123))
#loc135 = loc(callsite(#loc118 at #loc125))
#loc136 = loc(callsite(#loc120 at #loc125))
#loc137 = loc("jit(step)/jvp(btv,vd->btd)/dot_general"(#loc127))
#loc138 = loc(callsite(#loc82 at #loc128))
#loc139 = loc(callsite(#loc91 at #loc128))
#loc140 = loc(callsite(#loc92 at #loc128))
#loc141 = loc(callsite(#loc93 at #loc128))
#loc142 = loc(callsite(#loc94 at #loc128))
#loc143 = loc(callsite(#loc95 at #loc128))
#loc144 = loc(callsite(#loc96 at #loc128))
#loc145 = loc(callsite(#loc97 at #loc128))
#loc147 = loc(callsite(#loc99 at #loc128))
#loc148 = loc(callsite(#loc100 at #loc128))
#loc149 = loc(callsite(#loc101 at #loc128))
#loc150 = loc(callsite(#loc102 at #loc128))
#loc151 = loc(callsite(#loc103 at #loc128))
#loc152 = loc(callsite(#loc104 at #loc128))
#loc153 = loc(callsite(#loc105 at #loc128))
#loc154 = loc(callsite(#loc106 at #loc128))
#loc155 = loc(callsite(#loc107 at #loc128))
#loc156 = loc(callsite(#loc108 at #loc128))
#loc157 = loc(callsite(#loc109 at #loc128))
#loc158 = loc(callsite(#loc110 at #loc128))
#loc159 = loc("jit(step)/jvp(head)/btd,vd->btv/dot_general"(#loc129))
#loc160 = loc("jit(step)/jvp(jit(log_softmax))"(#loc130))
#loc161 = loc("jit(step)/jvp()/mul"(#loc131))
#loc162 = loc("jit(step)/jvp()/reduce_sum"(#loc132))
#loc163 = loc("jit(step)/jvp()/reduce_sum"(#loc133))
#loc164 = loc("jit(step)/jvp()/div"(#loc133))
#loc165 = loc("jit(step)/jvp()/neg"(#loc134))
#loc166 = loc("jit(step)/transpose(jvp())/neg"(#loc134))
#loc167 = loc("jit(step)/transpose(jvp())/div"(#loc133))
#loc168 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc133))
#loc169 = loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc132))
#loc170 = loc("jit(step)/transpose(jvp())/mul"(#loc131))
#loc171 = loc("jit(step)/transpose(jvp(jit(log_softmax)))"(#loc130))
#loc172 = loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129))
#loc173 = loc("jit(step)/transpose(jvp(btv,vd->btd))/dot_general"(#loc127))
#loc174 = loc("jit(step)/transpose(jvp(btv,vd->btd))/transpose"(#loc127))
#loc175 = loc("jit(step)/transpose(jvp(btv,vd->btd))/add_any"(#loc127))
#loc176 = loc("jit(step)/mul"(#loc135))
#loc177 = loc("jit(step)/sub"(#loc136))
#loc180 = loc(callsite(#loc81 at #loc138))
#loc181 = loc(callsite(#loc84 at #loc138))
#loc182 = loc(callsite(#loc85 at #loc138))
#loc183 = loc(callsite(#loc86 at #loc138))
#loc184 = loc(callsite(#loc87 at #loc138))
#loc185 = loc(callsite(#loc88 at #loc138))
#loc186 = loc(callsite(#loc89 at #loc138))
#loc187 = loc(callsite(#loc90 at #loc138))
#loc188 = loc("jit(step)/jvp(block0)/reshape"(#loc139))
#loc189 = loc("jit(step)/jvp(block0)/btd,dchk->cbthk/dot_general"(#loc140))
#loc190 = loc("jit(step)/jvp(block0)/btd,dchk->cbthk/transpose"(#loc140))
#loc192 = loc("jit(step)/jvp(block0)/squeeze"(#loc141))
#loc194 = loc("jit(step)/jvp(block0)/squeeze"(#loc142))
#loc195 = loc("jit(step)/jvp(block0)/bqhk,bshk->bhqs/dot_general"(#loc143))
#loc196 = loc("jit(step)/jvp(block0)/mul"(#loc144))
#loc197 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc145))
#loc199 = loc("jit(step)/jvp(block0)/jit(_where)"(#loc147))
#loc200 = loc("jit(step)/jvp(block0)/reduce_max"(#loc148))
#loc201 = loc("jit(step)/jvp(block0)/max"(#loc148))
#loc202 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148))
#loc203 = loc("jit(step)/jvp(block0)/sub"(#loc148))
#loc204 = loc("jit(step)/jvp(block0)/exp"(#loc148))
#loc205 = loc("jit(step)/jvp(block0)/reduce_sum"(#loc148))
#loc206 = loc("jit(step)/jvp(block0)/div"(#loc148))
#loc207 = loc(callsite(#loc124 at #loc148))
#loc209 = loc("jit(step)/jvp(block0)/squeeze"(#loc149))
#loc210 = loc("jit(step)/jvp(block0)/bhqs,bshk->bqhk/dot_general"(#loc150))
#loc211 = loc("jit(step)/jvp(block0)/bhqs,bshk->bqhk/transpose"(#loc150))
#loc212 = loc("jit(step)/jvp(block0)/reshape"(#loc151))
#loc213 = loc("jit(step)/jvp(block0)/dot_general"(#loc152))
#loc214 = loc("jit(step)/jvp(block0)/add"(#loc153))
#loc215 = loc(callsite(#loc81 at #loc154))
#loc216 = loc(callsite(#loc84 at #loc154))
#loc217 = loc(callsite(#loc85 at #loc154))
#loc218 = loc(callsite(#loc86 at #loc154))
#loc219 = loc(callsite(#loc87 at #loc154))
#loc220 = loc(callsite(#loc88 at #loc154))
#loc221 = loc(callsite(#loc89 at #loc154))
#loc222 = loc(callsite(#loc90 at #loc154))
#loc223 = loc("jit(step)/jvp(block0)/dot_general"(#loc155))
#loc224 = loc("jit(step)/jvp(block0)/integer_pow"(#loc156))
#loc225 = loc("jit(step)/jvp(block0)/mul"(#loc156))
#loc226 = loc("jit(step)/jvp(block0)/add"(#loc156))
#loc227 = loc("jit(step)/jvp(block0)/tanh"(#loc156))
#loc228 = loc("jit(step)/jvp(block0)/sub"(#loc156))
#loc229 = loc("jit(step)/jvp(block0)/dot_general"(#loc157))
#loc230 = loc("jit(step)/jvp(block0)/add"(#loc158))
#loc231 = loc("jit(step)/jvp(block1)/reshape"(#loc139))
#loc232 = loc("jit(step)/jvp(block1)/btd,dchk->cbthk/dot_general"(#loc140))
#loc233 = loc("jit(step)/jvp(block1)/btd,dchk->cbthk/transpose"(#loc140))
#loc235 = loc("jit(step)/jvp(block1)/squeeze"(#loc141))
#loc237 = loc("jit(step)/jvp(block1)/squeeze"(#loc142))
#loc238 = loc("jit(step)/jvp(block1)/bqhk,bshk->bhqs/dot_general"(#loc143))
#loc239 = loc("jit(step)/jvp(block1)/mul"(#loc144))
#loc241 = loc("jit(step)/jvp(block1)/jit(_where)"(#loc147))
#loc242 = loc("jit(step)/jvp(block1)/reduce_max"(#loc148))
#loc243 = loc("jit(step)/jvp(block1)/max"(#loc148))
#loc244 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148))
#loc245 = loc("jit(step)/jvp(block1)/sub"(#loc148))
#loc246 = loc("jit(step)/jvp(block1)/exp"(#loc148))
#loc247 = loc("jit(step)/jvp(block1)/reduce_sum"(#loc148))
#loc248 = loc("jit(step)/jvp(block1)/div"(#loc148))
#loc250 = loc("jit(step)/jvp(block1)/squeeze"(#loc149))
#loc251 = loc("jit(step)/jvp(block1)/bhqs,bshk->bqhk/dot_general"(#loc150))
#loc252 = loc("jit(step)/jvp(block1)/bhqs,bshk->bqhk/transpose"(#loc150))
#loc253 = loc("jit(step)/jvp(block1)/reshape"(#loc151))
#loc254 = loc("jit(step)/jvp(block1)/dot_general"(#loc152))
#loc255 = loc("jit(step)/jvp(block1)/add"(#loc153))
#loc256 = loc("jit(step)/jvp(block1)/dot_general"(#loc155))
#loc257 = loc("jit(step)/jvp(block1)/integer_pow"(#loc156))
#loc258 = loc("jit(step)/jvp(block1)/mul"(#loc156))
#loc259 = loc("jit(step)/jvp(block1)/add"(#loc156))
#loc260 = loc("jit(step)/jvp(block1)/tanh"(#loc156))
#loc261 = loc("jit(step)/jvp(block1)/sub"(#loc156))
#loc262 = loc("jit(step)/jvp(block1)/dot_general"(#loc157))
#loc263 = loc("jit(step)/jvp(block1)/add"(#loc158))
#loc264 = loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157))
#loc265 = loc("jit(step)/transpose(jvp(block1))/transpose"(#loc157))
#loc266 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))
#loc267 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156))
#loc268 = loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155))
#loc269 = loc("jit(step)/transpose(jvp(block1))/transpose"(#loc155))
#loc270 = loc(callsite(#loc117 at #loc154))
#loc271 = loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc152))
#loc272 = loc("jit(step)/transpose(jvp(block1))/transpose"(#loc152))
#loc273 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc151))
#loc274 = loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150))
#loc275 = loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150))
#loc276 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc149))
#loc277 = loc("jit(step)/transpose(jvp(block1))/pad"(#loc149))
#loc278 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc148))
#loc279 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148))
#loc280 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc148))
#loc281 = loc("jit(step)/transpose(jvp(block1))/neg"(#loc148))
#loc282 = loc("jit(step)/transpose(jvp(block1))/div"(#loc148))
#loc283 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc148))
#loc284 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc148))
#loc285 = loc("jit(step)/transpose(jvp(block1))/jit(_where)"(#loc147))
#loc286 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc144))
#loc287 = loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/dot_general"(#loc143))
#loc288 = loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/transpose"(#loc143))
#loc289 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc142))
#loc290 = loc("jit(step)/transpose(jvp(block1))/pad"(#loc142))
#loc291 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc142))
#loc292 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc141))
#loc293 = loc("jit(step)/transpose(jvp(block1))/pad"(#loc141))
#loc294 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc141))
#loc295 = loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/transpose"(#loc140))
#loc296 = loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140))
#loc297 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc139))
#loc298 = loc(callsite(#loc117 at #loc138))
#loc299 = loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157))
#loc300 = loc("jit(step)/transpose(jvp(block0))/transpose"(#loc157))
#loc301 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))
#loc302 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156))
#loc303 = loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155))
#loc304 = loc("jit(step)/transpose(jvp(block0))/transpose"(#loc155))
#loc305 = loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc152))
#loc306 = loc("jit(step)/transpose(jvp(block0))/transpose"(#loc152))
#loc307 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc151))
#loc308 = loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150))
#loc309 = loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150))
#loc310 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc149))
#loc311 = loc("jit(step)/transpose(jvp(block0))/pad"(#loc149))
#loc312 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc148))
#loc313 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148))
#loc314 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc148))
#loc315 = loc("jit(step)/transpose(jvp(block0))/neg"(#loc148))
#loc316 = loc("jit(step)/transpose(jvp(block0))/div"(#loc148))
#loc317 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc148))
#loc318 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc148))
#loc319 = loc("jit(step)/transpose(jvp(block0))/jit(_where)"(#loc147))
#loc320 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc144))
#loc321 = loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/dot_general"(#loc143))
#loc322 = loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/transpose"(#loc143))
#loc323 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc142))
#loc324 = loc("jit(step)/transpose(jvp(block0))/pad"(#loc142))
#loc325 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc142))
#loc326 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc141))
#loc327 = loc("jit(step)/transpose(jvp(block0))/pad"(#loc141))
#loc328 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc141))
#loc329 = loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/transpose"(#loc140))
#loc330 = loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140))
#loc331 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc139))
#loc337 = loc("jit(step)/jvp(block0)/reduce_sum"(#loc180))
#loc338 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc180))
#loc339 = loc("jit(step)/jvp(block0)/div"(#loc180))
#loc340 = loc("jit(step)/jvp(block0)/sub"(#loc181))
#loc341 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc182))
#loc342 = loc("jit(step)/jvp(block0)/mul"(#loc182))
#loc343 = loc("jit(step)/jvp(block0)/integer_pow"(#loc183))
#loc344 = loc("jit(step)/jvp(block0)/mul"(#loc183))
#loc345 = loc("jit(step)/jvp(block0)/reduce_sum"(#loc184))
#loc346 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc184))
#loc347 = loc("jit(step)/jvp(block0)/div"(#loc184))
#loc348 = loc("jit(step)/jvp(block0)/add"(#loc185))
#loc349 = loc("jit(step)/jvp(block0)/rsqrt"(#loc186))
#loc350 = loc("jit(step)/jvp(block0)/div"(#loc186))
#loc351 = loc("jit(step)/jvp(block0)/mul"(#loc186))
#loc352 = loc("jit(step)/jvp(block0)/mul"(#loc187))
#loc353 = loc("jit(step)/jvp(block0)/mul"(#loc207))
#loc354 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc207))
#loc355 = loc("jit(step)/jvp(block0)/div"(#loc207))
#loc356 = loc("jit(step)/jvp(block0)/reduce_sum"(#loc215))
#loc357 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc215))
#loc358 = loc("jit(step)/jvp(block0)/div"(#loc215))
#loc359 = loc("jit(step)/jvp(block0)/sub"(#loc216))
#loc360 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc217))
#loc361 = loc("jit(step)/jvp(block0)/mul"(#loc217))
#loc362 = loc("jit(step)/jvp(block0)/integer_pow"(#loc218))
#loc363 = loc("jit(step)/jvp(block0)/mul"(#loc218))
#loc364 = loc("jit(step)/jvp(block0)/reduce_sum"(#loc219))
#loc365 = loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc219))
#loc366 = loc("jit(step)/jvp(block0)/div"(#loc219))
#loc367 = loc("jit(step)/jvp(block0)/add"(#loc220))
#loc368 = loc("jit(step)/jvp(block0)/rsqrt"(#loc221))
#loc369 = loc("jit(step)/jvp(block0)/div"(#loc221))
#loc370 = loc("jit(step)/jvp(block0)/mul"(#loc221))
#loc371 = loc("jit(step)/jvp(block0)/mul"(#loc222))
#loc372 = loc("jit(step)/jvp(block1)/reduce_sum"(#loc180))
#loc373 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc180))
#loc374 = loc("jit(step)/jvp(block1)/div"(#loc180))
#loc375 = loc("jit(step)/jvp(block1)/sub"(#loc181))
#loc376 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc182))
#loc377 = loc("jit(step)/jvp(block1)/mul"(#loc182))
#loc378 = loc("jit(step)/jvp(block1)/integer_pow"(#loc183))
#loc379 = loc("jit(step)/jvp(block1)/mul"(#loc183))
#loc380 = loc("jit(step)/jvp(block1)/reduce_sum"(#loc184))
#loc381 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc184))
#loc382 = loc("jit(step)/jvp(block1)/div"(#loc184))
#loc383 = loc("jit(step)/jvp(block1)/add"(#loc185))
#loc384 = loc("jit(step)/jvp(block1)/rsqrt"(#loc186))
#loc385 = loc("jit(step)/jvp(block1)/div"(#loc186))
#loc386 = loc("jit(step)/jvp(block1)/mul"(#loc186))
#loc387 = loc("jit(step)/jvp(block1)/mul"(#loc187))
#loc388 = loc("jit(step)/jvp(block1)/mul"(#loc207))
#loc389 = loc("jit(step)/jvp(block1)/div"(#loc207))
#loc390 = loc("jit(step)/jvp(block1)/reduce_sum"(#loc215))
#loc391 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc215))
#loc392 = loc("jit(step)/jvp(block1)/div"(#loc215))
#loc393 = loc("jit(step)/jvp(block1)/sub"(#loc216))
#loc394 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc217))
#loc395 = loc("jit(step)/jvp(block1)/mul"(#loc217))
#loc396 = loc("jit(step)/jvp(block1)/integer_pow"(#loc218))
#loc397 = loc("jit(step)/jvp(block1)/mul"(#loc218))
#loc398 = loc("jit(step)/jvp(block1)/reduce_sum"(#loc219))
#loc399 = loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc219))
#loc400 = loc("jit(step)/jvp(block1)/div"(#loc219))
#loc401 = loc("jit(step)/jvp(block1)/add"(#loc220))
#loc402 = loc("jit(step)/jvp(block1)/rsqrt"(#loc221))
#loc403 = loc("jit(step)/jvp(block1)/div"(#loc221))
#loc404 = loc("jit(step)/jvp(block1)/mul"(#loc221))
#loc405 = loc("jit(step)/jvp(block1)/mul"(#loc222))
#loc406 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc222))
#loc407 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc222))
#loc408 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc222))
#loc409 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc221))
#loc410 = loc("jit(step)/transpose(jvp(block1))/div"(#loc219))
#loc411 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc219))
#loc412 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc219))
#loc413 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc218))
#loc414 = loc("jit(step)/transpose(jvp(block1))/neg"(#loc270))
#loc415 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc270))
#loc416 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc270))
#loc417 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc270))
#loc418 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc217))
#loc419 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217))
#loc421 = loc("jit(step)/transpose(jvp(block1))/neg"(#loc216))
#loc422 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc216))
#loc423 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc216))
#loc424 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc216))
#loc425 = loc("jit(step)/transpose(jvp(block1))/div"(#loc215))
#loc426 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc215))
#loc427 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc215))
#loc428 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc215))
#loc429 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc187))
#loc430 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc187))
#loc431 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc187))
#loc432 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc186))
#loc433 = loc("jit(step)/transpose(jvp(block1))/div"(#loc184))
#loc434 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc184))
#loc435 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc184))
#loc436 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc183))
#loc437 = loc("jit(step)/transpose(jvp(block1))/neg"(#loc298))
#loc438 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc298))
#loc439 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc298))
#loc440 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc298))
#loc441 = loc("jit(step)/transpose(jvp(block1))/mul"(#loc182))
#loc442 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182))
#loc444 = loc("jit(step)/transpose(jvp(block1))/neg"(#loc181))
#loc445 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc181))
#loc446 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc181))
#loc447 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc181))
#loc448 = loc("jit(step)/transpose(jvp(block1))/div"(#loc180))
#loc449 = loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc180))
#loc450 = loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc180))
#loc451 = loc("jit(step)/transpose(jvp(block1))/add_any"(#loc180))
#loc452 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc222))
#loc453 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc222))
#loc454 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc222))
#loc455 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc221))
#loc456 = loc("jit(step)/transpose(jvp(block0))/div"(#loc219))
#loc457 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc219))
#loc458 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc219))
#loc459 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc218))
#loc460 = loc("jit(step)/transpose(jvp(block0))/neg"(#loc270))
#loc461 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc270))
#loc462 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc270))
#loc463 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc270))
#loc464 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc217))
#loc465 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217))
#loc467 = loc("jit(step)/transpose(jvp(block0))/neg"(#loc216))
#loc468 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc216))
#loc469 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc216))
#loc470 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc216))
#loc471 = loc("jit(step)/transpose(jvp(block0))/div"(#loc215))
#loc472 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc215))
#loc473 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc215))
#loc474 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc215))
#loc475 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc187))
#loc476 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc187))
#loc477 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc187))
#loc478 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc186))
#loc479 = loc("jit(step)/transpose(jvp(block0))/div"(#loc184))
#loc480 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc184))
#loc481 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc184))
#loc482 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc183))
#loc483 = loc("jit(step)/transpose(jvp(block0))/neg"(#loc298))
#loc484 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc298))
#loc485 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc298))
#loc486 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc298))
#loc487 = loc("jit(step)/transpose(jvp(block0))/mul"(#loc182))
#loc488 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182))
#loc490 = loc("jit(step)/transpose(jvp(block0))/neg"(#loc181))
#loc491 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc181))
#loc492 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc181))
#loc493 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc181))
#loc494 = loc("jit(step)/transpose(jvp(block0))/div"(#loc180))
#loc495 = loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc180))
#loc496 = loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc180))
#loc497 = loc("jit(step)/transpose(jvp(block0))/add_any"(#loc180))
module @jit_step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<80x32xf32> loc("parameters['blocks'][0]['down']"), %arg1: tensor<32xf32> loc("parameters['blocks'][0]['g1']"), %arg2: tensor<32xf32> loc("parameters['blocks'][0]['g2']"), %arg3: tensor<32x32xf32> loc("parameters['blocks'][0]['out']"), %arg4: tensor<32x96xf32> loc("parameters['blocks'][0]['qkv']"), %arg5: tensor<32x80xf32> loc("parameters['blocks'][0]['up']"), %arg6: tensor<80x32xf32> loc("parameters['blocks'][1]['down']"), %arg7: tensor<32xf32> loc("parameters['blocks'][1]['g1']"), %arg8: tensor<32xf32> loc("parameters['blocks'][1]['g2']"), %arg9: tensor<32x32xf32> loc("parameters['blocks'][1]['out']"), %arg10: tensor<32x96xf32> loc("parameters['blocks'][1]['qkv']"), %arg11: tensor<32x80xf32> loc("parameters['blocks'][1]['up']"), %arg12: tensor<24x32xf32> loc("parameters['embed']"), %arg13: tensor<3x9x24xf32> loc("data[0]"), %arg14: tensor<3x9x24xf32> loc("data[1]")) -> (tensor<80x32xf32> {jax.result_info = "result[0]['blocks'][0]['down']"}, tensor<32xf32> {jax.result_info = "result[0]['blocks'][0]['g1']"}, tensor<32xf32> {jax.result_info = "result[0]['blocks'][0]['g2']"}, tensor<32x32xf32> {jax.result_info = "result[0]['blocks'][0]['out']"}, tensor<32x96xf32> {jax.result_info = "result[0]['blocks'][0]['qkv']"}, tensor<32x80xf32> {jax.result_info = "result[0]['blocks'][0]['up']"}, tensor<80x32xf32> {jax.result_info = "result[0]['blocks'][1]['down']"}, tensor<32xf32> {jax.result_info = "result[0]['blocks'][1]['g1']"}, tensor<32xf32> {jax.result_info = "result[0]['blocks'][1]['g2']"}, tensor<32x32xf32> {jax.result_info = "result[0]['blocks'][1]['out']"}, tensor<32x96xf32> {jax.result_info = "result[0]['blocks'][1]['qkv']"}, tensor<32x80xf32> {jax.result_info = "result[0]['blocks'][1]['up']"}, tensor<24x32xf32> {jax.result_info = "result[0]['embed']"}, tensor<f32> {jax.result_info = "result[1]"}) {
    %cst = arith.constant -1.000000e+00 : f32 loc(#loc)
    %cst_0 = arith.constant 2.700000e+01 : f32 loc(#loc)
    %cst_1 = arith.constant 0xFF800000 : f32 loc(#loc)
    %cst_2 = arith.constant 0.000000e+00 : f32 loc(#loc)
    %cst_3 = arith.constant dense<1.000000e-01> : tensor<f32> loc(#loc)
    %cst_4 = arith.constant dense<5.000000e-01> : tensor<f32> loc(#loc)
    %cst_5 = arith.constant dense<0.797884583> : tensor<f32> loc(#loc)
    %cst_6 = arith.constant dense<4.471500e-02> : tensor<f32> loc(#loc)
    %cst_7 = arith.constant dense<3.000000e+00> : tensor<f32> loc(#loc)
    %cst_8 = arith.constant dense<1.000000e+00> : tensor<f32> loc(#loc)
    %cst_9 = arith.constant dense<0xFF800000> : tensor<f32> loc(#loc)
    %cst_10 = arith.constant dense<-1.000000e+09> : tensor<f32> loc(#loc)
    %cst_11 = arith.constant dense<true> : tensor<i1> loc(#loc)
    %cst_12 = arith.constant dense<0.353553385> : tensor<f32> loc(#loc)
    %cst_13 = arith.constant dense<-5.000000e-01> : tensor<f32> loc(#loc)
    %cst_14 = arith.constant dense<9.99999974E-6> : tensor<f32> loc(#loc)
    %cst_15 = arith.constant dense<2.000000e+00> : tensor<f32> loc(#loc)
    %cst_16 = arith.constant dense<3.200000e+01> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<3x9x32xf32> loc(#loc137)
    %1 = linalg.fill ins(%cst_2 : f32) outs(%0 : tensor<3x9x32xf32>) -> tensor<3x9x32xf32> loc(#loc137)
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg13, %arg12 : tensor<3x9x24xf32>, tensor<24x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("data[0]"), %in_57: f32 loc("parameters['embed']"), %out: f32 loc("jit(step)/jvp(btv,vd->btd)/dot_general"(#loc127))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc14)
      %447 = arith.addf %out, %446 : f32 loc(#loc137)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc137)
    %3 = tensor.empty() : tensor<3x9xf32> loc(#loc337)
    %4 = linalg.fill ins(%cst_2 : f32) outs(%3 : tensor<3x9xf32>) -> tensor<3x9xf32> loc(#loc337)
    %5 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%2 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc180))):
      %446 = arith.addf %out, %in : f32 loc(#loc337)
      linalg.yield %446 : f32 loc(#loc337)
    } -> tensor<3x9xf32> loc(#loc337)
    %6 = tensor.empty() : tensor<3x9x1xf32> loc(#loc338)
    %7 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc180))):
      linalg.yield %in : f32 loc(#loc338)
    } -> tensor<3x9x1xf32> loc(#loc338)
    %8 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_16 : tensor<f32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc180))):
      linalg.yield %in : f32 loc(#loc339)
    } -> tensor<3x9x1xf32> loc(#loc339)
    %9 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc180)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc180))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc339)
      linalg.yield %446 : f32 loc(#loc339)
    } -> tensor<3x9x1xf32> loc(#loc339)
    %10 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc181))):
      linalg.yield %in : f32 loc(#loc340)
    } -> tensor<3x9x32xf32> loc(#loc340)
    %11 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %10 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(btv,vd->btd)/dot_general"(#loc127)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc181))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc340)
      linalg.yield %446 : f32 loc(#loc340)
    } -> tensor<3x9x32xf32> loc(#loc340)
    %12 = tensor.empty() : tensor<1x1x32xf32> loc(#loc341)
    %13 = linalg.generic {indexing_maps = [#map7, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<32xf32>) outs(%12 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['g1']"), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc182))):
      linalg.yield %in : f32 loc(#loc341)
    } -> tensor<1x1x32xf32> loc(#loc341)
    %14 = linalg.generic {indexing_maps = [#map8, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13 : tensor<1x1x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc182)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc182))):
      linalg.yield %in : f32 loc(#loc342)
    } -> tensor<3x9x32xf32> loc(#loc342)
    %15 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %11 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc182)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc342)
      linalg.yield %446 : f32 loc(#loc342)
    } -> tensor<3x9x32xf32> loc(#loc342)
    %16 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11, %11 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc343)
      linalg.yield %446 : f32 loc(#loc343)
    } -> tensor<3x9x32xf32> loc(#loc343)
    %17 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_15 : tensor<f32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc183))):
      linalg.yield %in : f32 loc(#loc344)
    } -> tensor<3x9x32xf32> loc(#loc344)
    %18 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %11 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc183)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc344)
      linalg.yield %446 : f32 loc(#loc344)
    } -> tensor<3x9x32xf32> loc(#loc344)
    %19 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%16 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc184))):
      %446 = arith.addf %out, %in : f32 loc(#loc345)
      linalg.yield %446 : f32 loc(#loc345)
    } -> tensor<3x9xf32> loc(#loc345)
    %20 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc184))):
      linalg.yield %in : f32 loc(#loc346)
    } -> tensor<3x9x1xf32> loc(#loc346)
    %21 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc184))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc347)
      linalg.yield %446 : f32 loc(#loc347)
    } -> tensor<3x9x1xf32> loc(#loc347)
    %22 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_14 : tensor<f32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc185))):
      linalg.yield %in : f32 loc(#loc348)
    } -> tensor<3x9x1xf32> loc(#loc348)
    %23 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21, %22 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/div"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc185))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc348)
      linalg.yield %446 : f32 loc(#loc348)
    } -> tensor<3x9x1xf32> loc(#loc348)
    %24 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc186))):
      %446 = math.rsqrt %in : f32 loc(#loc349)
      linalg.yield %446 : f32 loc(#loc349)
    } -> tensor<3x9x1xf32> loc(#loc349)
    %25 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24, %23 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc186))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc350)
      linalg.yield %446 : f32 loc(#loc350)
    } -> tensor<3x9x1xf32> loc(#loc350)
    %26 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_13 : tensor<f32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc186))):
      linalg.yield %in : f32 loc(#loc351)
    } -> tensor<3x9x1xf32> loc(#loc351)
    %27 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %25 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc186)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc186))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc351)
      linalg.yield %446 : f32 loc(#loc351)
    } -> tensor<3x9x1xf32> loc(#loc351)
    %28 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc186)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc187))):
      linalg.yield %in : f32 loc(#loc352)
    } -> tensor<3x9x32xf32> loc(#loc352)
    %29 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15, %28 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc182)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc187)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc352)
      linalg.yield %446 : f32 loc(#loc352)
    } -> tensor<3x9x32xf32> loc(#loc352)
    %expanded = tensor.expand_shape %arg4 [[0], [1, 2, 3]] output_shape [32, 3, 4, 8] : tensor<32x96xf32> into tensor<32x3x4x8xf32> loc(#loc188)
    %30 = tensor.empty() : tensor<3x4x8x3x9xf32> loc(#loc189)
    %31 = linalg.fill ins(%cst_2 : f32) outs(%30 : tensor<3x4x8x3x9xf32>) -> tensor<3x4x8x3x9xf32> loc(#loc189)
    %32 = linalg.generic {indexing_maps = [#map9, #map10, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded, %29 : tensor<32x3x4x8xf32>, tensor<3x9x32xf32>) outs(%31 : tensor<3x4x8x3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reshape"(#loc139)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc187)), %out: f32 loc("jit(step)/jvp(block0)/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc188)
      %447 = arith.addf %out, %446 : f32 loc(#loc189)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x3x9xf32> loc(#loc189)
    %33 = tensor.empty() : tensor<3x3x9x4x8xf32> loc(#loc190)
    %34 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%32 : tensor<3x4x8x3x9xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/jvp(block0)/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc190)
    } -> tensor<3x3x9x4x8xf32> loc(#loc190)
    %extracted_slice = tensor.extract_slice %34[0, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc191)
    %collapsed = tensor.collapse_shape %extracted_slice [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc192)
    %extracted_slice_17 = tensor.extract_slice %34[1, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc193)
    %collapsed_18 = tensor.collapse_shape %extracted_slice_17 [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc194)
    %35 = tensor.empty() : tensor<3x4x9x9xf32> loc(#loc195)
    %36 = linalg.fill ins(%cst_2 : f32) outs(%35 : tensor<3x4x9x9xf32>) -> tensor<3x4x9x9xf32> loc(#loc195)
    %37 = linalg.generic {indexing_maps = [#map14, #map15, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed, %collapsed_18 : tensor<3x9x4x8xf32>, tensor<3x9x4x8xf32>) outs(%36 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc141)), %in_57: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc142)), %out: f32 loc("jit(step)/jvp(block0)/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc192)
      %447 = arith.addf %out, %446 : f32 loc(#loc195)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x9xf32> loc(#loc195)
    %38 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_12 : tensor<f32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc144))):
      linalg.yield %in : f32 loc(#loc196)
    } -> tensor<3x4x9x9xf32> loc(#loc196)
    %39 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%37, %38 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/bqhk,bshk->bhqs/dot_general"(#loc143)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc144)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc144))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc196)
      linalg.yield %446 : f32 loc(#loc196)
    } -> tensor<3x4x9x9xf32> loc(#loc196)
    %40 = tensor.empty() : tensor<9x9xi1> loc(#loc197)
    %41 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_11 : tensor<i1>) outs(%40 : tensor<9x9xi1>) {
    ^bb0(%in: i1 loc(unknown), %out: i1 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc145))):
      linalg.yield %in : i1 loc(#loc197)
    } -> tensor<9x9xi1> loc(#loc197)
    %42 = call @tril(%41) : (tensor<9x9xi1>) -> tensor<9x9xi1> loc(#loc198)
    %43:3 = call @_where(%42, %39, %cst_10) : (tensor<9x9xi1>, tensor<3x4x9x9xf32>, tensor<f32>) -> (tensor<3x4x9x9xf32>, tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>) loc(#loc199)
    %44 = tensor.empty() : tensor<3x4x9xf32> loc(#loc200)
    %45 = linalg.fill ins(%cst_1 : f32) outs(%44 : tensor<3x4x9xf32>) -> tensor<3x4x9xf32> loc(#loc200)
    %46 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%43#0 : tensor<3x4x9x9xf32>) outs(%45 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_max"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/reduce_max"(#loc148))):
      %446 = arith.maximumf %out, %in : f32 loc(#loc200)
      linalg.yield %446 : f32 loc(#loc200)
    } -> tensor<3x4x9xf32> loc(#loc200)
    %47 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_9 : tensor<f32>) outs(%44 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/max"(#loc148))):
      linalg.yield %in : f32 loc(#loc201)
    } -> tensor<3x4x9xf32> loc(#loc201)
    %48 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47, %46 : tensor<3x4x9xf32>, tensor<3x4x9xf32>) outs(%44 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/max"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block0)/reduce_max"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/max"(#loc148))):
      %446 = arith.maximumf %in, %in_57 : f32 loc(#loc201)
      linalg.yield %446 : f32 loc(#loc201)
    } -> tensor<3x4x9xf32> loc(#loc201)
    %49 = tensor.empty() : tensor<3x4x9x1xf32> loc(#loc202)
    %50 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%48 : tensor<3x4x9xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/max"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc202)
    } -> tensor<3x4x9x1xf32> loc(#loc202)
    %51 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%50 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc148))):
      linalg.yield %in : f32 loc(#loc203)
    } -> tensor<3x4x9x9xf32> loc(#loc203)
    %52 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%43#0, %51 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/jit(_where)"(#loc147)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc148))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc203)
      linalg.yield %446 : f32 loc(#loc203)
    } -> tensor<3x4x9x9xf32> loc(#loc203)
    %53 = linalg.generic {indexing_maps = [#map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%52 : tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/exp"(#loc148))):
      %446 = math.exp %in : f32 loc(#loc204)
      linalg.yield %446 : f32 loc(#loc204)
    } -> tensor<3x4x9x9xf32> loc(#loc204)
    %54 = linalg.fill ins(%cst_2 : f32) outs(%44 : tensor<3x4x9xf32>) -> tensor<3x4x9xf32> loc(#loc205)
    %55 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%53 : tensor<3x4x9x9xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc205)
      linalg.yield %446 : f32 loc(#loc205)
    } -> tensor<3x4x9xf32> loc(#loc205)
    %56 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55 : tensor<3x4x9xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc202)
    } -> tensor<3x4x9x1xf32> loc(#loc202)
    %57 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%56 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc148))):
      linalg.yield %in : f32 loc(#loc206)
    } -> tensor<3x4x9x9xf32> loc(#loc206)
    %58 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%53, %57 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/exp"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc148))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc206)
      linalg.yield %446 : f32 loc(#loc206)
    } -> tensor<3x4x9x9xf32> loc(#loc206)
    %59 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%56, %56 : tensor<3x4x9x1xf32>, tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc207))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc353)
      linalg.yield %446 : f32 loc(#loc353)
    } -> tensor<3x4x9x1xf32> loc(#loc353)
    %60 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_8 : tensor<f32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc207))):
      linalg.yield %in : f32 loc(#loc354)
    } -> tensor<3x4x9x1xf32> loc(#loc354)
    %61 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%60, %59 : tensor<3x4x9x1xf32>, tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc207)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc207)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc207))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc355)
      linalg.yield %446 : f32 loc(#loc355)
    } -> tensor<3x4x9x1xf32> loc(#loc355)
    %extracted_slice_19 = tensor.extract_slice %34[2, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc208)
    %collapsed_20 = tensor.collapse_shape %extracted_slice_19 [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc209)
    %62 = tensor.empty() : tensor<3x4x8x9xf32> loc(#loc210)
    %63 = linalg.fill ins(%cst_2 : f32) outs(%62 : tensor<3x4x8x9xf32>) -> tensor<3x4x8x9xf32> loc(#loc210)
    %64 = linalg.generic {indexing_maps = [#map22, #map23, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_20, %58 : tensor<3x9x4x8xf32>, tensor<3x4x9x9xf32>) outs(%63 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc149)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc148)), %out: f32 loc("jit(step)/jvp(block0)/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc209)
      %447 = arith.addf %out, %446 : f32 loc(#loc210)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x9xf32> loc(#loc210)
    %65 = tensor.empty() : tensor<3x9x4x8xf32> loc(#loc211)
    %66 = linalg.generic {indexing_maps = [#map24, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%64 : tensor<3x4x8x9xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/bhqs,bshk->bqhk/dot_general"(#loc150)), %out: f32 loc("jit(step)/jvp(block0)/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc211)
    } -> tensor<3x9x4x8xf32> loc(#loc211)
    %collapsed_21 = tensor.collapse_shape %66 [[0], [1], [2, 3]] : tensor<3x9x4x8xf32> into tensor<3x9x32xf32> loc(#loc212)
    %67 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_21, %arg3 : tensor<3x9x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reshape"(#loc151)), %in_57: f32 loc("parameters['blocks'][0]['out']"), %out: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc212)
      %447 = arith.addf %out, %446 : f32 loc(#loc213)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc213)
    %68 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %67 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(btv,vd->btd)/dot_general"(#loc127)), %in_57: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc152)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc153))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc214)
      linalg.yield %446 : f32 loc(#loc214)
    } -> tensor<3x9x32xf32> loc(#loc214)
    %69 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%68 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc215))):
      %446 = arith.addf %out, %in : f32 loc(#loc356)
      linalg.yield %446 : f32 loc(#loc356)
    } -> tensor<3x9xf32> loc(#loc356)
    %70 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%69 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc215))):
      linalg.yield %in : f32 loc(#loc357)
    } -> tensor<3x9x1xf32> loc(#loc357)
    %71 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%70, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc215)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc215))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc358)
      linalg.yield %446 : f32 loc(#loc358)
    } -> tensor<3x9x1xf32> loc(#loc358)
    %72 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%71 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/div"(#loc215)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc216))):
      linalg.yield %in : f32 loc(#loc359)
    } -> tensor<3x9x32xf32> loc(#loc359)
    %73 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%68, %72 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc153)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc216))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc359)
      linalg.yield %446 : f32 loc(#loc359)
    } -> tensor<3x9x32xf32> loc(#loc359)
    %74 = linalg.generic {indexing_maps = [#map7, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2 : tensor<32xf32>) outs(%12 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['g2']"), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc217))):
      linalg.yield %in : f32 loc(#loc360)
    } -> tensor<1x1x32xf32> loc(#loc360)
    %75 = linalg.generic {indexing_maps = [#map8, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%74 : tensor<1x1x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc217)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc217))):
      linalg.yield %in : f32 loc(#loc361)
    } -> tensor<3x9x32xf32> loc(#loc361)
    %76 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%75, %73 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc217)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc361)
      linalg.yield %446 : f32 loc(#loc361)
    } -> tensor<3x9x32xf32> loc(#loc361)
    %77 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%73, %73 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc362)
      linalg.yield %446 : f32 loc(#loc362)
    } -> tensor<3x9x32xf32> loc(#loc362)
    %78 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %73 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc183)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc363)
      linalg.yield %446 : f32 loc(#loc363)
    } -> tensor<3x9x32xf32> loc(#loc363)
    %79 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%77 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc219))):
      %446 = arith.addf %out, %in : f32 loc(#loc364)
      linalg.yield %446 : f32 loc(#loc364)
    } -> tensor<3x9xf32> loc(#loc364)
    %80 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%79 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc219))):
      linalg.yield %in : f32 loc(#loc365)
    } -> tensor<3x9x1xf32> loc(#loc365)
    %81 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%80, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc219))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc366)
      linalg.yield %446 : f32 loc(#loc366)
    } -> tensor<3x9x1xf32> loc(#loc366)
    %82 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%81, %22 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/div"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc220))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc367)
      linalg.yield %446 : f32 loc(#loc367)
    } -> tensor<3x9x1xf32> loc(#loc367)
    %83 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%82 : tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc220)), %out: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc221))):
      %446 = math.rsqrt %in : f32 loc(#loc368)
      linalg.yield %446 : f32 loc(#loc368)
    } -> tensor<3x9x1xf32> loc(#loc368)
    %84 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%83, %82 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc221)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc220)), %out: f32 loc("jit(step)/jvp(block0)/div"(#loc221))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc369)
      linalg.yield %446 : f32 loc(#loc369)
    } -> tensor<3x9x1xf32> loc(#loc369)
    %85 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %84 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc221)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc221))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc370)
      linalg.yield %446 : f32 loc(#loc370)
    } -> tensor<3x9x1xf32> loc(#loc370)
    %86 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%83 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/rsqrt"(#loc221)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc222))):
      linalg.yield %in : f32 loc(#loc371)
    } -> tensor<3x9x32xf32> loc(#loc371)
    %87 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%76, %86 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc217)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc222)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc371)
      linalg.yield %446 : f32 loc(#loc371)
    } -> tensor<3x9x32xf32> loc(#loc371)
    %88 = tensor.empty() : tensor<3x9x80xf32> loc(#loc223)
    %89 = linalg.fill ins(%cst_2 : f32) outs(%88 : tensor<3x9x80xf32>) -> tensor<3x9x80xf32> loc(#loc223)
    %90 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%87, %arg5 : tensor<3x9x32xf32>, tensor<32x80xf32>) outs(%89 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc222)), %in_57: f32 loc("parameters['blocks'][0]['up']"), %out: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc371)
      %447 = arith.addf %out, %446 : f32 loc(#loc223)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x80xf32> loc(#loc223)
    %91 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%90, %90 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %out: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc224)
      linalg.yield %446 : f32 loc(#loc224)
    } -> tensor<3x9x80xf32> loc(#loc224)
    %92 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%91, %90 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %out: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc224)
      linalg.yield %446 : f32 loc(#loc224)
    } -> tensor<3x9x80xf32> loc(#loc224)
    %93 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_7 : tensor<f32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      linalg.yield %in : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %94 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%93, %91 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      linalg.yield %446 : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %95 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_6 : tensor<f32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      linalg.yield %in : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %96 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95, %92 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/integer_pow"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      linalg.yield %446 : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %97 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%90, %96 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc226)
      linalg.yield %446 : f32 loc(#loc226)
    } -> tensor<3x9x80xf32> loc(#loc226)
    %98 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_5 : tensor<f32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      linalg.yield %in : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %99 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98, %97 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      linalg.yield %446 : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %100 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%99 : tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/tanh"(#loc156))):
      %446 = math.tanh %in : f32 loc(#loc227)
      linalg.yield %446 : f32 loc(#loc227)
    } -> tensor<3x9x80xf32> loc(#loc227)
    %101 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_8 : tensor<f32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc156))):
      linalg.yield %in : f32 loc(#loc228)
    } -> tensor<3x9x80xf32> loc(#loc228)
    %102 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %100 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/tanh"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/sub"(#loc156))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc228)
      linalg.yield %446 : f32 loc(#loc228)
    } -> tensor<3x9x80xf32> loc(#loc228)
    %103 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %100 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/tanh"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc226)
      linalg.yield %446 : f32 loc(#loc226)
    } -> tensor<3x9x80xf32> loc(#loc226)
    %104 = linalg.generic {indexing_maps = [#map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_4 : tensor<f32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      linalg.yield %in : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %105 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%104, %103 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      linalg.yield %446 : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %106 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%90, %105 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block0)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      linalg.yield %446 : f32 loc(#loc225)
    } -> tensor<3x9x80xf32> loc(#loc225)
    %107 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%106, %arg0 : tensor<3x9x80xf32>, tensor<80x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("parameters['blocks'][0]['down']"), %out: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc225)
      %447 = arith.addf %out, %446 : f32 loc(#loc229)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc229)
    %108 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%68, %107 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc153)), %in_57: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc157)), %out: f32 loc("jit(step)/jvp(block0)/add"(#loc158))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc230)
      linalg.yield %446 : f32 loc(#loc230)
    } -> tensor<3x9x32xf32> loc(#loc230)
    %109 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%108 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc180))):
      %446 = arith.addf %out, %in : f32 loc(#loc372)
      linalg.yield %446 : f32 loc(#loc372)
    } -> tensor<3x9xf32> loc(#loc372)
    %110 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%109 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc180))):
      linalg.yield %in : f32 loc(#loc373)
    } -> tensor<3x9x1xf32> loc(#loc373)
    %111 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%110, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc180)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc180))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc374)
      linalg.yield %446 : f32 loc(#loc374)
    } -> tensor<3x9x1xf32> loc(#loc374)
    %112 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%111 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc181))):
      linalg.yield %in : f32 loc(#loc375)
    } -> tensor<3x9x32xf32> loc(#loc375)
    %113 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%108, %112 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc158)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc181))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc375)
      linalg.yield %446 : f32 loc(#loc375)
    } -> tensor<3x9x32xf32> loc(#loc375)
    %114 = linalg.generic {indexing_maps = [#map7, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7 : tensor<32xf32>) outs(%12 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['g1']"), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc182))):
      linalg.yield %in : f32 loc(#loc376)
    } -> tensor<1x1x32xf32> loc(#loc376)
    %115 = linalg.generic {indexing_maps = [#map8, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%114 : tensor<1x1x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc182)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc182))):
      linalg.yield %in : f32 loc(#loc377)
    } -> tensor<3x9x32xf32> loc(#loc377)
    %116 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%115, %113 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc182)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc377)
      linalg.yield %446 : f32 loc(#loc377)
    } -> tensor<3x9x32xf32> loc(#loc377)
    %117 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%113, %113 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc378)
      linalg.yield %446 : f32 loc(#loc378)
    } -> tensor<3x9x32xf32> loc(#loc378)
    %118 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %113 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc183)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc379)
      linalg.yield %446 : f32 loc(#loc379)
    } -> tensor<3x9x32xf32> loc(#loc379)
    %119 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%117 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc184))):
      %446 = arith.addf %out, %in : f32 loc(#loc380)
      linalg.yield %446 : f32 loc(#loc380)
    } -> tensor<3x9xf32> loc(#loc380)
    %120 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%119 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc184))):
      linalg.yield %in : f32 loc(#loc381)
    } -> tensor<3x9x1xf32> loc(#loc381)
    %121 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%120, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc184))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc382)
      linalg.yield %446 : f32 loc(#loc382)
    } -> tensor<3x9x1xf32> loc(#loc382)
    %122 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%121, %22 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/div"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc185))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc383)
      linalg.yield %446 : f32 loc(#loc383)
    } -> tensor<3x9x1xf32> loc(#loc383)
    %123 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%122 : tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc186))):
      %446 = math.rsqrt %in : f32 loc(#loc384)
      linalg.yield %446 : f32 loc(#loc384)
    } -> tensor<3x9x1xf32> loc(#loc384)
    %124 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%123, %122 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block1)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc186))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc385)
      linalg.yield %446 : f32 loc(#loc385)
    } -> tensor<3x9x1xf32> loc(#loc385)
    %125 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %124 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc186)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc186))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc386)
      linalg.yield %446 : f32 loc(#loc386)
    } -> tensor<3x9x1xf32> loc(#loc386)
    %126 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%123 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc186)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc187))):
      linalg.yield %in : f32 loc(#loc387)
    } -> tensor<3x9x32xf32> loc(#loc387)
    %127 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%116, %126 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc182)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc187)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc387)
      linalg.yield %446 : f32 loc(#loc387)
    } -> tensor<3x9x32xf32> loc(#loc387)
    %expanded_22 = tensor.expand_shape %arg10 [[0], [1, 2, 3]] output_shape [32, 3, 4, 8] : tensor<32x96xf32> into tensor<32x3x4x8xf32> loc(#loc231)
    %128 = linalg.generic {indexing_maps = [#map9, #map10, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_22, %127 : tensor<32x3x4x8xf32>, tensor<3x9x32xf32>) outs(%31 : tensor<3x4x8x3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reshape"(#loc139)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc187)), %out: f32 loc("jit(step)/jvp(block1)/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc231)
      %447 = arith.addf %out, %446 : f32 loc(#loc232)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x3x9xf32> loc(#loc232)
    %129 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%128 : tensor<3x4x8x3x9xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/jvp(block1)/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc233)
    } -> tensor<3x3x9x4x8xf32> loc(#loc233)
    %extracted_slice_23 = tensor.extract_slice %129[0, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc234)
    %collapsed_24 = tensor.collapse_shape %extracted_slice_23 [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc235)
    %extracted_slice_25 = tensor.extract_slice %129[1, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc236)
    %collapsed_26 = tensor.collapse_shape %extracted_slice_25 [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc237)
    %130 = linalg.generic {indexing_maps = [#map14, #map15, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_24, %collapsed_26 : tensor<3x9x4x8xf32>, tensor<3x9x4x8xf32>) outs(%36 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc141)), %in_57: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc142)), %out: f32 loc("jit(step)/jvp(block1)/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc235)
      %447 = arith.addf %out, %446 : f32 loc(#loc238)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x9xf32> loc(#loc238)
    %131 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%130, %38 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/bqhk,bshk->bhqs/dot_general"(#loc143)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc144)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc144))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc239)
      linalg.yield %446 : f32 loc(#loc239)
    } -> tensor<3x4x9x9xf32> loc(#loc239)
    %132 = call @tril(%41) : (tensor<9x9xi1>) -> tensor<9x9xi1> loc(#loc240)
    %133:3 = call @_where(%132, %131, %cst_10) : (tensor<9x9xi1>, tensor<3x4x9x9xf32>, tensor<f32>) -> (tensor<3x4x9x9xf32>, tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>) loc(#loc241)
    %134 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%133#0 : tensor<3x4x9x9xf32>) outs(%45 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_max"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/reduce_max"(#loc148))):
      %446 = arith.maximumf %out, %in : f32 loc(#loc242)
      linalg.yield %446 : f32 loc(#loc242)
    } -> tensor<3x4x9xf32> loc(#loc242)
    %135 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47, %134 : tensor<3x4x9xf32>, tensor<3x4x9xf32>) outs(%44 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/max"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block1)/reduce_max"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/max"(#loc148))):
      %446 = arith.maximumf %in, %in_57 : f32 loc(#loc243)
      linalg.yield %446 : f32 loc(#loc243)
    } -> tensor<3x4x9xf32> loc(#loc243)
    %136 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%135 : tensor<3x4x9xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/max"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc244)
    } -> tensor<3x4x9x1xf32> loc(#loc244)
    %137 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%136 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc148))):
      linalg.yield %in : f32 loc(#loc245)
    } -> tensor<3x4x9x9xf32> loc(#loc245)
    %138 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%133#0, %137 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/jit(_where)"(#loc147)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc148))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc245)
      linalg.yield %446 : f32 loc(#loc245)
    } -> tensor<3x4x9x9xf32> loc(#loc245)
    %139 = linalg.generic {indexing_maps = [#map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%138 : tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/sub"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/exp"(#loc148))):
      %446 = math.exp %in : f32 loc(#loc246)
      linalg.yield %446 : f32 loc(#loc246)
    } -> tensor<3x4x9x9xf32> loc(#loc246)
    %140 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%139 : tensor<3x4x9x9xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc247)
      linalg.yield %446 : f32 loc(#loc247)
    } -> tensor<3x4x9xf32> loc(#loc247)
    %141 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%140 : tensor<3x4x9xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc244)
    } -> tensor<3x4x9x1xf32> loc(#loc244)
    %142 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%141 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc148))):
      linalg.yield %in : f32 loc(#loc248)
    } -> tensor<3x4x9x9xf32> loc(#loc248)
    %143 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%139, %142 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/exp"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc148))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc248)
      linalg.yield %446 : f32 loc(#loc248)
    } -> tensor<3x4x9x9xf32> loc(#loc248)
    %144 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%141, %141 : tensor<3x4x9x1xf32>, tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc207))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc388)
      linalg.yield %446 : f32 loc(#loc388)
    } -> tensor<3x4x9x1xf32> loc(#loc388)
    %145 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%60, %144 : tensor<3x4x9x1xf32>, tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/broadcast_in_dim"(#loc207)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc207)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc207))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc389)
      linalg.yield %446 : f32 loc(#loc389)
    } -> tensor<3x4x9x1xf32> loc(#loc389)
    %extracted_slice_27 = tensor.extract_slice %129[2, 0, 0, 0, 0] [1, 3, 9, 4, 8] [1, 1, 1, 1, 1] : tensor<3x3x9x4x8xf32> to tensor<1x3x9x4x8xf32> loc(#loc249)
    %collapsed_28 = tensor.collapse_shape %extracted_slice_27 [[0, 1], [2], [3], [4]] : tensor<1x3x9x4x8xf32> into tensor<3x9x4x8xf32> loc(#loc250)
    %146 = linalg.generic {indexing_maps = [#map22, #map23, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_28, %143 : tensor<3x9x4x8xf32>, tensor<3x4x9x9xf32>) outs(%63 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc149)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc148)), %out: f32 loc("jit(step)/jvp(block1)/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc250)
      %447 = arith.addf %out, %446 : f32 loc(#loc251)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x9xf32> loc(#loc251)
    %147 = linalg.generic {indexing_maps = [#map24, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%146 : tensor<3x4x8x9xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/bhqs,bshk->bqhk/dot_general"(#loc150)), %out: f32 loc("jit(step)/jvp(block1)/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc252)
    } -> tensor<3x9x4x8xf32> loc(#loc252)
    %collapsed_29 = tensor.collapse_shape %147 [[0], [1], [2, 3]] : tensor<3x9x4x8xf32> into tensor<3x9x32xf32> loc(#loc253)
    %148 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_29, %arg9 : tensor<3x9x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reshape"(#loc151)), %in_57: f32 loc("parameters['blocks'][1]['out']"), %out: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc253)
      %447 = arith.addf %out, %446 : f32 loc(#loc254)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc254)
    %149 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%108, %148 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/add"(#loc158)), %in_57: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc152)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc153))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc255)
      linalg.yield %446 : f32 loc(#loc255)
    } -> tensor<3x9x32xf32> loc(#loc255)
    %150 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%149 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc215))):
      %446 = arith.addf %out, %in : f32 loc(#loc390)
      linalg.yield %446 : f32 loc(#loc390)
    } -> tensor<3x9xf32> loc(#loc390)
    %151 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%150 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc215))):
      linalg.yield %in : f32 loc(#loc391)
    } -> tensor<3x9x1xf32> loc(#loc391)
    %152 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%151, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc215)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc215))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc392)
      linalg.yield %446 : f32 loc(#loc392)
    } -> tensor<3x9x1xf32> loc(#loc392)
    %153 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%152 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/div"(#loc215)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc216))):
      linalg.yield %in : f32 loc(#loc393)
    } -> tensor<3x9x32xf32> loc(#loc393)
    %154 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%149, %153 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/add"(#loc153)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc216))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc393)
      linalg.yield %446 : f32 loc(#loc393)
    } -> tensor<3x9x32xf32> loc(#loc393)
    %155 = linalg.generic {indexing_maps = [#map7, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg8 : tensor<32xf32>) outs(%12 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['g2']"), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc217))):
      linalg.yield %in : f32 loc(#loc394)
    } -> tensor<1x1x32xf32> loc(#loc394)
    %156 = linalg.generic {indexing_maps = [#map8, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%155 : tensor<1x1x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc217)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc217))):
      linalg.yield %in : f32 loc(#loc395)
    } -> tensor<3x9x32xf32> loc(#loc395)
    %157 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%156, %154 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc217)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc395)
      linalg.yield %446 : f32 loc(#loc395)
    } -> tensor<3x9x32xf32> loc(#loc395)
    %158 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%154, %154 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc396)
      linalg.yield %446 : f32 loc(#loc396)
    } -> tensor<3x9x32xf32> loc(#loc396)
    %159 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %154 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc183)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc397)
      linalg.yield %446 : f32 loc(#loc397)
    } -> tensor<3x9x32xf32> loc(#loc397)
    %160 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%158 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc219))):
      %446 = arith.addf %out, %in : f32 loc(#loc398)
      linalg.yield %446 : f32 loc(#loc398)
    } -> tensor<3x9xf32> loc(#loc398)
    %161 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%160 : tensor<3x9xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc219))):
      linalg.yield %in : f32 loc(#loc399)
    } -> tensor<3x9x1xf32> loc(#loc399)
    %162 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%161, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/broadcast_in_dim"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc219))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc400)
      linalg.yield %446 : f32 loc(#loc400)
    } -> tensor<3x9x1xf32> loc(#loc400)
    %163 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%162, %22 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/div"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block0)/add"(#loc185)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc220))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc401)
      linalg.yield %446 : f32 loc(#loc401)
    } -> tensor<3x9x1xf32> loc(#loc401)
    %164 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%163 : tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/add"(#loc220)), %out: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc221))):
      %446 = math.rsqrt %in : f32 loc(#loc402)
      linalg.yield %446 : f32 loc(#loc402)
    } -> tensor<3x9x1xf32> loc(#loc402)
    %165 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%164, %163 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc221)), %in_57: f32 loc("jit(step)/jvp(block1)/add"(#loc220)), %out: f32 loc("jit(step)/jvp(block1)/div"(#loc221))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc403)
      linalg.yield %446 : f32 loc(#loc403)
    } -> tensor<3x9x1xf32> loc(#loc403)
    %166 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %165 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc221)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc221))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc404)
      linalg.yield %446 : f32 loc(#loc404)
    } -> tensor<3x9x1xf32> loc(#loc404)
    %167 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%164 : tensor<3x9x1xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/rsqrt"(#loc221)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc222))):
      linalg.yield %in : f32 loc(#loc405)
    } -> tensor<3x9x32xf32> loc(#loc405)
    %168 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%157, %167 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc217)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc222)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc405)
      linalg.yield %446 : f32 loc(#loc405)
    } -> tensor<3x9x32xf32> loc(#loc405)
    %169 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%168, %arg11 : tensor<3x9x32xf32>, tensor<32x80xf32>) outs(%89 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc222)), %in_57: f32 loc("parameters['blocks'][1]['up']"), %out: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc405)
      %447 = arith.addf %out, %446 : f32 loc(#loc256)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x80xf32> loc(#loc256)
    %170 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169, %169 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %out: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc257)
      linalg.yield %446 : f32 loc(#loc257)
    } -> tensor<3x9x80xf32> loc(#loc257)
    %171 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%170, %169 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %out: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc257)
      linalg.yield %446 : f32 loc(#loc257)
    } -> tensor<3x9x80xf32> loc(#loc257)
    %172 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%93, %170 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      linalg.yield %446 : f32 loc(#loc258)
    } -> tensor<3x9x80xf32> loc(#loc258)
    %173 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95, %171 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/integer_pow"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      linalg.yield %446 : f32 loc(#loc258)
    } -> tensor<3x9x80xf32> loc(#loc258)
    %174 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169, %173 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc259)
      linalg.yield %446 : f32 loc(#loc259)
    } -> tensor<3x9x80xf32> loc(#loc259)
    %175 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98, %174 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/add"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      linalg.yield %446 : f32 loc(#loc258)
    } -> tensor<3x9x80xf32> loc(#loc258)
    %176 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%175 : tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/tanh"(#loc156))):
      %446 = math.tanh %in : f32 loc(#loc260)
      linalg.yield %446 : f32 loc(#loc260)
    } -> tensor<3x9x80xf32> loc(#loc260)
    %177 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %176 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/tanh"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/sub"(#loc156))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc261)
      linalg.yield %446 : f32 loc(#loc261)
    } -> tensor<3x9x80xf32> loc(#loc261)
    %178 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %176 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/sub"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/tanh"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc259)
      linalg.yield %446 : f32 loc(#loc259)
    } -> tensor<3x9x80xf32> loc(#loc259)
    %179 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%104, %178 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/add"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      linalg.yield %446 : f32 loc(#loc258)
    } -> tensor<3x9x80xf32> loc(#loc258)
    %180 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169, %179 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/jvp(block1)/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      linalg.yield %446 : f32 loc(#loc258)
    } -> tensor<3x9x80xf32> loc(#loc258)
    %181 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%180, %arg6 : tensor<3x9x80xf32>, tensor<80x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %in_57: f32 loc("parameters['blocks'][1]['down']"), %out: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc258)
      %447 = arith.addf %out, %446 : f32 loc(#loc262)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc262)
    %182 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%149, %181 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/add"(#loc153)), %in_57: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc157)), %out: f32 loc("jit(step)/jvp(block1)/add"(#loc158))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc263)
      linalg.yield %446 : f32 loc(#loc263)
    } -> tensor<3x9x32xf32> loc(#loc263)
    %183 = tensor.empty() : tensor<3x9x24xf32> loc(#loc159)
    %184 = linalg.fill ins(%cst_2 : f32) outs(%183 : tensor<3x9x24xf32>) -> tensor<3x9x24xf32> loc(#loc159)
    %185 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%182, %arg12 : tensor<3x9x32xf32>, tensor<24x32xf32>) outs(%184 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/add"(#loc158)), %in_57: f32 loc("parameters['embed']"), %out: f32 loc("jit(step)/jvp(head)/btd,vd->btv/dot_general"(#loc129))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc263)
      %447 = arith.addf %out, %446 : f32 loc(#loc159)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x24xf32> loc(#loc159)
    %186:3 = call @log_softmax(%185) : (tensor<3x9x24xf32>) -> (tensor<3x9x24xf32>, tensor<3x9x24xf32>, tensor<3x9x1xf32>) loc(#loc160)
    %187 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg14, %186#0 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%183 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("data[1]"), %in_57: f32 loc("jit(step)/jvp(jit(log_softmax))"(#loc130)), %out: f32 loc("jit(step)/jvp()/mul"(#loc131))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc161)
      linalg.yield %446 : f32 loc(#loc161)
    } -> tensor<3x9x24xf32> loc(#loc161)
    %188 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%187 : tensor<3x9x24xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc132)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc132))):
      %446 = arith.addf %out, %in : f32 loc(#loc162)
      linalg.yield %446 : f32 loc(#loc162)
    } -> tensor<3x9xf32> loc(#loc162)
    %189 = tensor.empty() : tensor<f32> loc(#loc163)
    %190 = linalg.fill ins(%cst_2 : f32) outs(%189 : tensor<f32>) -> tensor<f32> loc(#loc163)
    %191 = linalg.generic {indexing_maps = [#map20, #map19], iterator_types = ["reduction", "reduction"]} ins(%188 : tensor<3x9xf32>) outs(%190 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc133)), %out: f32 loc("jit(step)/jvp()/reduce_sum"(#loc133))):
      %446 = arith.addf %out, %in : f32 loc(#loc163)
      linalg.yield %446 : f32 loc(#loc163)
    } -> tensor<f32> loc(#loc163)
    %192 = linalg.generic {indexing_maps = [#map26, #map26], iterator_types = []} ins(%191 : tensor<f32>) outs(%189 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/reduce_sum"(#loc133)), %out: f32 loc("jit(step)/jvp()/div"(#loc133))):
      %446 = arith.divf %in, %cst_0 : f32 loc(#loc164)
      linalg.yield %446 : f32 loc(#loc164)
    } -> tensor<f32> loc(#loc164)
    %193 = linalg.generic {indexing_maps = [#map26, #map26], iterator_types = []} ins(%192 : tensor<f32>) outs(%189 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp()/div"(#loc133)), %out: f32 loc("jit(step)/jvp()/neg"(#loc134))):
      %446 = arith.negf %in : f32 loc(#loc165)
      linalg.yield %446 : f32 loc(#loc165)
    } -> tensor<f32> loc(#loc165)
    %194 = linalg.generic {indexing_maps = [#map26], iterator_types = []} outs(%189 : tensor<f32>) {
    ^bb0(%out: f32 loc("jit(step)/transpose(jvp())/neg"(#loc134))):
      linalg.yield %cst : f32 loc(#loc166)
    } -> tensor<f32> loc(#loc166)
    %195 = linalg.generic {indexing_maps = [#map26, #map26], iterator_types = []} ins(%194 : tensor<f32>) outs(%189 : tensor<f32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/neg"(#loc134)), %out: f32 loc("jit(step)/transpose(jvp())/div"(#loc133))):
      %446 = arith.divf %in, %cst_0 : f32 loc(#loc167)
      linalg.yield %446 : f32 loc(#loc167)
    } -> tensor<f32> loc(#loc167)
    %196 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%195 : tensor<f32>) outs(%3 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/div"(#loc133)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc133))):
      linalg.yield %in : f32 loc(#loc168)
    } -> tensor<3x9xf32> loc(#loc168)
    %197 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%196 : tensor<3x9xf32>) outs(%183 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc133)), %out: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc132))):
      linalg.yield %in : f32 loc(#loc169)
    } -> tensor<3x9x24xf32> loc(#loc169)
    %198 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg14, %197 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%183 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("data[1]"), %in_57: f32 loc("jit(step)/transpose(jvp())/broadcast_in_dim"(#loc132)), %out: f32 loc("jit(step)/transpose(jvp())/mul"(#loc131))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc170)
      linalg.yield %446 : f32 loc(#loc170)
    } -> tensor<3x9x24xf32> loc(#loc170)
    %199 = call @log_softmax_0(%186#1, %186#2, %198) : (tensor<3x9x24xf32>, tensor<3x9x1xf32>, tensor<3x9x24xf32>) -> tensor<3x9x24xf32> loc(#loc171)
    %200 = tensor.empty() : tensor<24x32xf32> loc(#loc172)
    %201 = linalg.fill ins(%cst_2 : f32) outs(%200 : tensor<24x32xf32>) -> tensor<24x32xf32> loc(#loc172)
    %202 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%199, %182 : tensor<3x9x24xf32>, tensor<3x9x32xf32>) outs(%201 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(jit(log_softmax)))"(#loc130)), %in_57: f32 loc("jit(step)/jvp(block1)/add"(#loc158)), %out: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc171)
      %447 = arith.addf %out, %446 : f32 loc(#loc172)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<24x32xf32> loc(#loc172)
    %203 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%199, %arg12 : tensor<3x9x24xf32>, tensor<24x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(jit(log_softmax)))"(#loc130)), %in_57: f32 loc("parameters['embed']"), %out: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc171)
      %447 = arith.addf %out, %446 : f32 loc(#loc172)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc172)
    %204 = tensor.empty() : tensor<32x80xf32> loc(#loc264)
    %205 = linalg.fill ins(%cst_2 : f32) outs(%204 : tensor<32x80xf32>) -> tensor<32x80xf32> loc(#loc264)
    %206 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%203, %180 : tensor<3x9x32xf32>, tensor<3x9x80xf32>) outs(%205 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc172)
      %447 = arith.addf %out, %446 : f32 loc(#loc264)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<32x80xf32> loc(#loc264)
    %207 = tensor.empty() : tensor<80x32xf32> loc(#loc265)
    %208 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%206 : tensor<32x80xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157)), %out: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc157))):
      linalg.yield %in : f32 loc(#loc265)
    } -> tensor<80x32xf32> loc(#loc265)
    %209 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%203, %arg6 : tensor<3x9x32xf32>, tensor<80x32xf32>) outs(%89 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129)), %in_57: f32 loc("parameters['blocks'][1]['down']"), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc172)
      %447 = arith.addf %out, %446 : f32 loc(#loc264)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x80xf32> loc(#loc264)
    %210 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169, %209 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %211 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%209, %179 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc157)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %212 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%104, %210 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %213 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%212, %177 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %214 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%213, %176 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/tanh"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %215 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%213, %214 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc267)
      linalg.yield %446 : f32 loc(#loc267)
    } -> tensor<3x9x80xf32> loc(#loc267)
    %216 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98, %215 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %217 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%211, %216 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc267)
      linalg.yield %446 : f32 loc(#loc267)
    } -> tensor<3x9x80xf32> loc(#loc267)
    %218 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95, %216 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %219 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%218, %172 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc266)
      linalg.yield %446 : f32 loc(#loc266)
    } -> tensor<3x9x80xf32> loc(#loc266)
    %220 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%217, %219 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc267)
      linalg.yield %446 : f32 loc(#loc267)
    } -> tensor<3x9x80xf32> loc(#loc267)
    %221 = linalg.fill ins(%cst_2 : f32) outs(%207 : tensor<80x32xf32>) -> tensor<80x32xf32> loc(#loc268)
    %222 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%220, %168 : tensor<3x9x80xf32>, tensor<3x9x32xf32>) outs(%221 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc267)
      %447 = arith.addf %out, %446 : f32 loc(#loc268)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<80x32xf32> loc(#loc268)
    %223 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%222 : tensor<80x32xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155)), %out: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc155))):
      linalg.yield %in : f32 loc(#loc269)
    } -> tensor<32x80xf32> loc(#loc269)
    %224 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%220, %arg11 : tensor<3x9x80xf32>, tensor<32x80xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc156)), %in_57: f32 loc("parameters['blocks'][1]['up']"), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc267)
      %447 = arith.addf %out, %446 : f32 loc(#loc268)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc268)
    %225 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%157, %224 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc217)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc406)
      linalg.yield %446 : f32 loc(#loc406)
    } -> tensor<3x9x32xf32> loc(#loc406)
    %226 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%225 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc222))):
      %446 = arith.addf %out, %in : f32 loc(#loc407)
      linalg.yield %446 : f32 loc(#loc407)
    } -> tensor<3x9xf32> loc(#loc407)
    %expanded_30 = tensor.expand_shape %226 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc408)
    %227 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%224, %167 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc406)
      linalg.yield %446 : f32 loc(#loc406)
    } -> tensor<3x9x32xf32> loc(#loc406)
    %228 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_30, %166 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc222)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc221)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc221))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc409)
      linalg.yield %446 : f32 loc(#loc409)
    } -> tensor<3x9x1xf32> loc(#loc409)
    %229 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%228, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc221)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc219))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc410)
      linalg.yield %446 : f32 loc(#loc410)
    } -> tensor<3x9x1xf32> loc(#loc410)
    %230 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%229 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc219))):
      %446 = arith.addf %out, %in : f32 loc(#loc411)
      linalg.yield %446 : f32 loc(#loc411)
    } -> tensor<3x9xf32> loc(#loc411)
    %231 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%230 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc219))):
      linalg.yield %in : f32 loc(#loc412)
    } -> tensor<3x9x32xf32> loc(#loc412)
    %232 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%231, %159 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc413)
      linalg.yield %446 : f32 loc(#loc413)
    } -> tensor<3x9x32xf32> loc(#loc413)
    %233 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%232 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block1))/neg"(#loc270))):
      %446 = arith.negf %in : f32 loc(#loc414)
      linalg.yield %446 : f32 loc(#loc414)
    } -> tensor<3x9x32xf32> loc(#loc414)
    %234 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%233 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc270)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc270))):
      %446 = arith.addf %out, %in : f32 loc(#loc415)
      linalg.yield %446 : f32 loc(#loc415)
    } -> tensor<3x9xf32> loc(#loc415)
    %expanded_31 = tensor.expand_shape %234 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc416)
    %235 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%203, %232 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc270))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc417)
      linalg.yield %446 : f32 loc(#loc417)
    } -> tensor<3x9x32xf32> loc(#loc417)
    %236 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%156, %227 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc217)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc418)
      linalg.yield %446 : f32 loc(#loc418)
    } -> tensor<3x9x32xf32> loc(#loc418)
    %237 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%227, %154 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc222)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc418)
      linalg.yield %446 : f32 loc(#loc418)
    } -> tensor<3x9x32xf32> loc(#loc418)
    %238 = tensor.empty() : tensor<32xf32> loc(#loc419)
    %239 = linalg.fill ins(%cst_2 : f32) outs(%238 : tensor<32xf32>) -> tensor<32xf32> loc(#loc419)
    %240 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%237 : tensor<3x9x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217))):
      %446 = arith.addf %out, %in : f32 loc(#loc419)
      linalg.yield %446 : f32 loc(#loc419)
    } -> tensor<32xf32> loc(#loc419)
    %expanded_32 = tensor.expand_shape %240 [[0, 1, 2]] output_shape [1, 1, 32] : tensor<32xf32> into tensor<1x1x32xf32> loc(#loc420)
    %241 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_32 : tensor<1x1x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217))):
      %446 = arith.addf %out, %in : f32 loc(#loc419)
      linalg.yield %446 : f32 loc(#loc419)
    } -> tensor<32xf32> loc(#loc419)
    %242 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%236 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block1))/neg"(#loc216))):
      %446 = arith.negf %in : f32 loc(#loc421)
      linalg.yield %446 : f32 loc(#loc421)
    } -> tensor<3x9x32xf32> loc(#loc421)
    %243 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%242 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc216))):
      %446 = arith.addf %out, %in : f32 loc(#loc422)
      linalg.yield %446 : f32 loc(#loc422)
    } -> tensor<3x9xf32> loc(#loc422)
    %expanded_33 = tensor.expand_shape %243 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc423)
    %244 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%235, %236 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc270)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc216))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc424)
      linalg.yield %446 : f32 loc(#loc424)
    } -> tensor<3x9x32xf32> loc(#loc424)
    %245 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_31, %expanded_33 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc270)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc216))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc424)
      linalg.yield %446 : f32 loc(#loc424)
    } -> tensor<3x9x1xf32> loc(#loc424)
    %246 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%245, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc216)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc215))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc425)
      linalg.yield %446 : f32 loc(#loc425)
    } -> tensor<3x9x1xf32> loc(#loc425)
    %247 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%246 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc215))):
      %446 = arith.addf %out, %in : f32 loc(#loc426)
      linalg.yield %446 : f32 loc(#loc426)
    } -> tensor<3x9xf32> loc(#loc426)
    %248 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%247 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc215))):
      linalg.yield %in : f32 loc(#loc427)
    } -> tensor<3x9x32xf32> loc(#loc427)
    %249 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%244, %248 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc216)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc215))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc428)
      linalg.yield %446 : f32 loc(#loc428)
    } -> tensor<3x9x32xf32> loc(#loc428)
    %250 = tensor.empty() : tensor<32x32xf32> loc(#loc271)
    %251 = linalg.fill ins(%cst_2 : f32) outs(%250 : tensor<32x32xf32>) -> tensor<32x32xf32> loc(#loc271)
    %252 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%249, %collapsed_29 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%251 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc215)), %in_57: f32 loc("jit(step)/jvp(block1)/reshape"(#loc151)), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc428)
      %447 = arith.addf %out, %446 : f32 loc(#loc271)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<32x32xf32> loc(#loc271)
    %253 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%252 : tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc152)), %out: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc152))):
      linalg.yield %in : f32 loc(#loc272)
    } -> tensor<32x32xf32> loc(#loc272)
    %254 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%249, %arg9 : tensor<3x9x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc215)), %in_57: f32 loc("parameters['blocks'][1]['out']"), %out: f32 loc("jit(step)/transpose(jvp(block1))/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc428)
      %447 = arith.addf %out, %446 : f32 loc(#loc271)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc271)
    %expanded_34 = tensor.expand_shape %254 [[0], [1], [2, 3]] output_shape [3, 9, 4, 8] : tensor<3x9x32xf32> into tensor<3x9x4x8xf32> loc(#loc273)
    %255 = linalg.generic {indexing_maps = [#map33, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_34 : tensor<3x9x4x8xf32>) outs(%62 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc151)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc274)
    } -> tensor<3x4x8x9xf32> loc(#loc274)
    %256 = linalg.generic {indexing_maps = [#map34, #map15, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%255, %collapsed_28 : tensor<3x4x8x9xf32>, tensor<3x9x4x8xf32>) outs(%36 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc149)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc274)
      %447 = arith.addf %out, %446 : f32 loc(#loc275)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x9xf32> loc(#loc275)
    %257 = linalg.generic {indexing_maps = [#map35, #map36, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%255, %143 : tensor<3x4x8x9xf32>, tensor<3x4x9x9xf32>) outs(%63 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc274)
      %447 = arith.addf %out, %446 : f32 loc(#loc275)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x9xf32> loc(#loc275)
    %258 = linalg.generic {indexing_maps = [#map24, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%257 : tensor<3x4x8x9xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc274)
    } -> tensor<3x9x4x8xf32> loc(#loc274)
    %259 = tensor.empty() : tensor<1x3x9x4x8xf32> loc(#loc276)
    %260 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%258 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/transpose"(#loc150)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc149))):
      linalg.yield %in : f32 loc(#loc276)
    } -> tensor<1x3x9x4x8xf32> loc(#loc276)
    %padded = tensor.pad %260 low[2, 0, 0, 0, 0] high[0, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc149)), %arg16: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc149)), %arg17: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc149)), %arg18: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc149)), %arg19: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc149))):
      tensor.yield %cst_2 : f32 loc(#loc277)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc277)
    %261 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%145 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/div"(#loc207)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148))):
      linalg.yield %in : f32 loc(#loc278)
    } -> tensor<3x4x9x9xf32> loc(#loc278)
    %262 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%256, %261 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc278)
      linalg.yield %446 : f32 loc(#loc278)
    } -> tensor<3x4x9x9xf32> loc(#loc278)
    %263 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%262, %139 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block1)/exp"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc278)
      linalg.yield %446 : f32 loc(#loc278)
    } -> tensor<3x4x9x9xf32> loc(#loc278)
    %264 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%263 : tensor<3x4x9x9xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc279)
      linalg.yield %446 : f32 loc(#loc279)
    } -> tensor<3x4x9xf32> loc(#loc279)
    %expanded_35 = tensor.expand_shape %264 [[0], [1], [2, 3]] output_shape [3, 4, 9, 1] : tensor<3x4x9xf32> into tensor<3x4x9x1xf32> loc(#loc280)
    %265 = linalg.generic {indexing_maps = [#map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_35 : tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/neg"(#loc148))):
      %446 = arith.negf %in : f32 loc(#loc281)
      linalg.yield %446 : f32 loc(#loc281)
    } -> tensor<3x4x9x1xf32> loc(#loc281)
    %266 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%256, %142 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bhqs,bshk->bqhk/dot_general"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block1)/div"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc148))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc282)
      linalg.yield %446 : f32 loc(#loc282)
    } -> tensor<3x4x9x9xf32> loc(#loc282)
    %267 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%265 : tensor<3x4x9x1xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc279)
      linalg.yield %446 : f32 loc(#loc279)
    } -> tensor<3x4x9xf32> loc(#loc279)
    %268 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%267 : tensor<3x4x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc283)
    } -> tensor<3x4x9x9xf32> loc(#loc283)
    %269 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%266, %268 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc148)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc148))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc284)
      linalg.yield %446 : f32 loc(#loc284)
    } -> tensor<3x4x9x9xf32> loc(#loc284)
    %270 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%269, %139 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block1)/exp"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc278)
      linalg.yield %446 : f32 loc(#loc278)
    } -> tensor<3x4x9x9xf32> loc(#loc278)
    %271 = call @_where_1(%133#1, %133#2, %270) : (tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) -> tensor<3x4x9x9xf32> loc(#loc285)
    %272 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%271, %38 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/jit(_where)"(#loc147)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc144)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc144))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc286)
      linalg.yield %446 : f32 loc(#loc286)
    } -> tensor<3x4x9x9xf32> loc(#loc286)
    %273 = tensor.empty() : tensor<3x4x9x8xf32> loc(#loc287)
    %274 = linalg.fill ins(%cst_2 : f32) outs(%273 : tensor<3x4x9x8xf32>) -> tensor<3x4x9x8xf32> loc(#loc287)
    %275 = linalg.generic {indexing_maps = [#map34, #map38, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%272, %collapsed_24 : tensor<3x4x9x9xf32>, tensor<3x9x4x8xf32>) outs(%274 : tensor<3x4x9x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc144)), %in_57: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc286)
      %447 = arith.addf %out, %446 : f32 loc(#loc287)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x8xf32> loc(#loc287)
    %276 = linalg.generic {indexing_maps = [#map39, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%275 : tensor<3x4x9x8xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/dot_general"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/transpose"(#loc143))):
      linalg.yield %in : f32 loc(#loc288)
    } -> tensor<3x9x4x8xf32> loc(#loc288)
    %277 = linalg.generic {indexing_maps = [#map35, #map38, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%272, %collapsed_26 : tensor<3x4x9x9xf32>, tensor<3x9x4x8xf32>) outs(%274 : tensor<3x4x9x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc144)), %in_57: f32 loc("jit(step)/jvp(block1)/squeeze"(#loc142)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc286)
      %447 = arith.addf %out, %446 : f32 loc(#loc287)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x8xf32> loc(#loc287)
    %278 = linalg.generic {indexing_maps = [#map39, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%277 : tensor<3x4x9x8xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/dot_general"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/transpose"(#loc143))):
      linalg.yield %in : f32 loc(#loc288)
    } -> tensor<3x9x4x8xf32> loc(#loc288)
    %279 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%276 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/transpose"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc142))):
      linalg.yield %in : f32 loc(#loc289)
    } -> tensor<1x3x9x4x8xf32> loc(#loc289)
    %padded_36 = tensor.pad %279 low[1, 0, 0, 0, 0] high[1, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc142)), %arg16: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc142)), %arg17: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc142)), %arg18: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc142)), %arg19: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc142))):
      tensor.yield %cst_2 : f32 loc(#loc290)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc290)
    %280 = linalg.generic {indexing_maps = [#map13, #map13, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%padded, %padded_36 : tensor<3x3x9x4x8xf32>, tensor<3x3x9x4x8xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/pad"(#loc149)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/pad"(#loc142)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc142))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc291)
      linalg.yield %446 : f32 loc(#loc291)
    } -> tensor<3x3x9x4x8xf32> loc(#loc291)
    %281 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%278 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/bqhk,bshk->bhqs/transpose"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc141))):
      linalg.yield %in : f32 loc(#loc292)
    } -> tensor<1x3x9x4x8xf32> loc(#loc292)
    %padded_37 = tensor.pad %281 low[0, 0, 0, 0, 0] high[2, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc141)), %arg16: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc141)), %arg17: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc141)), %arg18: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc141)), %arg19: index loc("jit(step)/transpose(jvp(block1))/pad"(#loc141))):
      tensor.yield %cst_2 : f32 loc(#loc293)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc293)
    %282 = linalg.generic {indexing_maps = [#map13, #map13, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%280, %padded_37 : tensor<3x3x9x4x8xf32>, tensor<3x3x9x4x8xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc142)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/pad"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc141))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc294)
      linalg.yield %446 : f32 loc(#loc294)
    } -> tensor<3x3x9x4x8xf32> loc(#loc294)
    %283 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%282 : tensor<3x3x9x4x8xf32>) outs(%30 : tensor<3x4x8x3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc295)
    } -> tensor<3x4x8x3x9xf32> loc(#loc295)
    %284 = linalg.generic {indexing_maps = [#map40, #map41, #map42], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%283, %expanded_22 : tensor<3x4x8x3x9xf32>, tensor<32x3x4x8xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/transpose"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block1)/reshape"(#loc139)), %out: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc295)
      %447 = arith.addf %out, %446 : f32 loc(#loc296)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc296)
    %285 = tensor.empty() : tensor<3x4x8x32xf32> loc(#loc296)
    %286 = linalg.fill ins(%cst_2 : f32) outs(%285 : tensor<3x4x8x32xf32>) -> tensor<3x4x8x32xf32> loc(#loc296)
    %287 = linalg.generic {indexing_maps = [#map43, #map44, #map45], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%283, %127 : tensor<3x4x8x3x9xf32>, tensor<3x9x32xf32>) outs(%286 : tensor<3x4x8x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/transpose"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc295)
      %447 = arith.addf %out, %446 : f32 loc(#loc296)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x32xf32> loc(#loc296)
    %288 = tensor.empty() : tensor<32x3x4x8xf32> loc(#loc295)
    %289 = linalg.generic {indexing_maps = [#map46, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%287 : tensor<3x4x8x32xf32>) outs(%288 : tensor<32x3x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc295)
    } -> tensor<32x3x4x8xf32> loc(#loc295)
    %collapsed_38 = tensor.collapse_shape %289 [[0], [1, 2, 3]] : tensor<32x3x4x8xf32> into tensor<32x96xf32> loc(#loc297)
    %290 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%116, %284 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc182)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc429)
      linalg.yield %446 : f32 loc(#loc429)
    } -> tensor<3x9x32xf32> loc(#loc429)
    %291 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%290 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc187))):
      %446 = arith.addf %out, %in : f32 loc(#loc430)
      linalg.yield %446 : f32 loc(#loc430)
    } -> tensor<3x9xf32> loc(#loc430)
    %expanded_39 = tensor.expand_shape %291 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc431)
    %292 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%284, %126 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/btd,dchk->cbthk/dot_general"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc429)
      linalg.yield %446 : f32 loc(#loc429)
    } -> tensor<3x9x32xf32> loc(#loc429)
    %293 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_39, %125 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc187)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc186)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc186))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc432)
      linalg.yield %446 : f32 loc(#loc432)
    } -> tensor<3x9x1xf32> loc(#loc432)
    %294 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%293, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc184))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc433)
      linalg.yield %446 : f32 loc(#loc433)
    } -> tensor<3x9x1xf32> loc(#loc433)
    %295 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%294 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc184))):
      %446 = arith.addf %out, %in : f32 loc(#loc434)
      linalg.yield %446 : f32 loc(#loc434)
    } -> tensor<3x9xf32> loc(#loc434)
    %296 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%295 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc184))):
      linalg.yield %in : f32 loc(#loc435)
    } -> tensor<3x9x32xf32> loc(#loc435)
    %297 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%296, %118 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block1)/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc436)
      linalg.yield %446 : f32 loc(#loc436)
    } -> tensor<3x9x32xf32> loc(#loc436)
    %298 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%297 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block1))/neg"(#loc298))):
      %446 = arith.negf %in : f32 loc(#loc437)
      linalg.yield %446 : f32 loc(#loc437)
    } -> tensor<3x9x32xf32> loc(#loc437)
    %299 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%298 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc298)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc298))):
      %446 = arith.addf %out, %in : f32 loc(#loc438)
      linalg.yield %446 : f32 loc(#loc438)
    } -> tensor<3x9xf32> loc(#loc438)
    %expanded_40 = tensor.expand_shape %299 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc439)
    %300 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%249, %297 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc215)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc298))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc440)
      linalg.yield %446 : f32 loc(#loc440)
    } -> tensor<3x9x32xf32> loc(#loc440)
    %301 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%115, %292 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block1)/mul"(#loc182)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc441)
      linalg.yield %446 : f32 loc(#loc441)
    } -> tensor<3x9x32xf32> loc(#loc441)
    %302 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%292, %113 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc187)), %in_57: f32 loc("jit(step)/jvp(block1)/sub"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc441)
      linalg.yield %446 : f32 loc(#loc441)
    } -> tensor<3x9x32xf32> loc(#loc441)
    %303 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%302 : tensor<3x9x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182))):
      %446 = arith.addf %out, %in : f32 loc(#loc442)
      linalg.yield %446 : f32 loc(#loc442)
    } -> tensor<32xf32> loc(#loc442)
    %expanded_41 = tensor.expand_shape %303 [[0, 1, 2]] output_shape [1, 1, 32] : tensor<32xf32> into tensor<1x1x32xf32> loc(#loc443)
    %304 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_41 : tensor<1x1x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182))):
      %446 = arith.addf %out, %in : f32 loc(#loc442)
      linalg.yield %446 : f32 loc(#loc442)
    } -> tensor<32xf32> loc(#loc442)
    %305 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%301 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block1))/neg"(#loc181))):
      %446 = arith.negf %in : f32 loc(#loc444)
      linalg.yield %446 : f32 loc(#loc444)
    } -> tensor<3x9x32xf32> loc(#loc444)
    %306 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%305 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc181))):
      %446 = arith.addf %out, %in : f32 loc(#loc445)
      linalg.yield %446 : f32 loc(#loc445)
    } -> tensor<3x9xf32> loc(#loc445)
    %expanded_42 = tensor.expand_shape %306 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc446)
    %307 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%300, %301 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc298)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/mul"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc181))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc447)
      linalg.yield %446 : f32 loc(#loc447)
    } -> tensor<3x9x32xf32> loc(#loc447)
    %308 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_40, %expanded_42 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc298)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc181))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc447)
      linalg.yield %446 : f32 loc(#loc447)
    } -> tensor<3x9x1xf32> loc(#loc447)
    %309 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%308, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc181)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/div"(#loc180))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc448)
      linalg.yield %446 : f32 loc(#loc448)
    } -> tensor<3x9x1xf32> loc(#loc448)
    %310 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%309 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc180))):
      %446 = arith.addf %out, %in : f32 loc(#loc449)
      linalg.yield %446 : f32 loc(#loc449)
    } -> tensor<3x9xf32> loc(#loc449)
    %311 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%310 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc180))):
      linalg.yield %in : f32 loc(#loc450)
    } -> tensor<3x9x32xf32> loc(#loc450)
    %312 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%307, %311 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc181)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/broadcast_in_dim"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc180))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc451)
      linalg.yield %446 : f32 loc(#loc451)
    } -> tensor<3x9x32xf32> loc(#loc451)
    %313 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%312, %106 : tensor<3x9x32xf32>, tensor<3x9x80xf32>) outs(%205 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc180)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc451)
      %447 = arith.addf %out, %446 : f32 loc(#loc299)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<32x80xf32> loc(#loc299)
    %314 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%313 : tensor<32x80xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157)), %out: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc157))):
      linalg.yield %in : f32 loc(#loc300)
    } -> tensor<80x32xf32> loc(#loc300)
    %315 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%312, %arg0 : tensor<3x9x32xf32>, tensor<80x32xf32>) outs(%89 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc180)), %in_57: f32 loc("parameters['blocks'][0]['down']"), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc451)
      %447 = arith.addf %out, %446 : f32 loc(#loc299)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x80xf32> loc(#loc299)
    %316 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%90, %315 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %317 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%315, %105 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc157)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %318 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%104, %316 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %319 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%318, %102 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %320 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%319, %100 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/tanh"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %321 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%319, %320 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc302)
      linalg.yield %446 : f32 loc(#loc302)
    } -> tensor<3x9x80xf32> loc(#loc302)
    %322 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98, %321 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %323 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%317, %322 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc302)
      linalg.yield %446 : f32 loc(#loc302)
    } -> tensor<3x9x80xf32> loc(#loc302)
    %324 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95, %322 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %325 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%324, %94 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc301)
      linalg.yield %446 : f32 loc(#loc301)
    } -> tensor<3x9x80xf32> loc(#loc301)
    %326 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%323, %325 : tensor<3x9x80xf32>, tensor<3x9x80xf32>) outs(%88 : tensor<3x9x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc156)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc302)
      linalg.yield %446 : f32 loc(#loc302)
    } -> tensor<3x9x80xf32> loc(#loc302)
    %327 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%326, %87 : tensor<3x9x80xf32>, tensor<3x9x32xf32>) outs(%221 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc302)
      %447 = arith.addf %out, %446 : f32 loc(#loc303)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<80x32xf32> loc(#loc303)
    %328 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%327 : tensor<80x32xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155)), %out: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc155))):
      linalg.yield %in : f32 loc(#loc304)
    } -> tensor<32x80xf32> loc(#loc304)
    %329 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%326, %arg5 : tensor<3x9x80xf32>, tensor<32x80xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc156)), %in_57: f32 loc("parameters['blocks'][0]['up']"), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc302)
      %447 = arith.addf %out, %446 : f32 loc(#loc303)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc303)
    %330 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%76, %329 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc217)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc452)
      linalg.yield %446 : f32 loc(#loc452)
    } -> tensor<3x9x32xf32> loc(#loc452)
    %331 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%330 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc222))):
      %446 = arith.addf %out, %in : f32 loc(#loc453)
      linalg.yield %446 : f32 loc(#loc453)
    } -> tensor<3x9xf32> loc(#loc453)
    %expanded_43 = tensor.expand_shape %331 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc454)
    %332 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%329, %86 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc155)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc222))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc452)
      linalg.yield %446 : f32 loc(#loc452)
    } -> tensor<3x9x32xf32> loc(#loc452)
    %333 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_43, %85 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc222)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc221)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc221))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc455)
      linalg.yield %446 : f32 loc(#loc455)
    } -> tensor<3x9x1xf32> loc(#loc455)
    %334 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%333, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc221)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc219))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc456)
      linalg.yield %446 : f32 loc(#loc456)
    } -> tensor<3x9x1xf32> loc(#loc456)
    %335 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%334 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc219))):
      %446 = arith.addf %out, %in : f32 loc(#loc457)
      linalg.yield %446 : f32 loc(#loc457)
    } -> tensor<3x9xf32> loc(#loc457)
    %336 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%335 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc219)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc219))):
      linalg.yield %in : f32 loc(#loc458)
    } -> tensor<3x9x32xf32> loc(#loc458)
    %337 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%336, %78 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc219)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc218))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc459)
      linalg.yield %446 : f32 loc(#loc459)
    } -> tensor<3x9x32xf32> loc(#loc459)
    %338 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%337 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block0))/neg"(#loc270))):
      %446 = arith.negf %in : f32 loc(#loc460)
      linalg.yield %446 : f32 loc(#loc460)
    } -> tensor<3x9x32xf32> loc(#loc460)
    %339 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%338 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc270)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc270))):
      %446 = arith.addf %out, %in : f32 loc(#loc461)
      linalg.yield %446 : f32 loc(#loc461)
    } -> tensor<3x9xf32> loc(#loc461)
    %expanded_44 = tensor.expand_shape %339 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc462)
    %340 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%312, %337 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block1))/add_any"(#loc180)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc218)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc270))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc463)
      linalg.yield %446 : f32 loc(#loc463)
    } -> tensor<3x9x32xf32> loc(#loc463)
    %341 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%75, %332 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc217)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc222)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc464)
      linalg.yield %446 : f32 loc(#loc464)
    } -> tensor<3x9x32xf32> loc(#loc464)
    %342 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%332, %73 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc222)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc217))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc464)
      linalg.yield %446 : f32 loc(#loc464)
    } -> tensor<3x9x32xf32> loc(#loc464)
    %343 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%342 : tensor<3x9x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217))):
      %446 = arith.addf %out, %in : f32 loc(#loc465)
      linalg.yield %446 : f32 loc(#loc465)
    } -> tensor<32xf32> loc(#loc465)
    %expanded_45 = tensor.expand_shape %343 [[0, 1, 2]] output_shape [1, 1, 32] : tensor<32xf32> into tensor<1x1x32xf32> loc(#loc466)
    %344 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_45 : tensor<1x1x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217))):
      %446 = arith.addf %out, %in : f32 loc(#loc465)
      linalg.yield %446 : f32 loc(#loc465)
    } -> tensor<32xf32> loc(#loc465)
    %345 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%341 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block0))/neg"(#loc216))):
      %446 = arith.negf %in : f32 loc(#loc467)
      linalg.yield %446 : f32 loc(#loc467)
    } -> tensor<3x9x32xf32> loc(#loc467)
    %346 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%345 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc216))):
      %446 = arith.addf %out, %in : f32 loc(#loc468)
      linalg.yield %446 : f32 loc(#loc468)
    } -> tensor<3x9xf32> loc(#loc468)
    %expanded_46 = tensor.expand_shape %346 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc469)
    %347 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%340, %341 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc270)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc217)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc216))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc470)
      linalg.yield %446 : f32 loc(#loc470)
    } -> tensor<3x9x32xf32> loc(#loc470)
    %348 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_44, %expanded_46 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc270)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc216)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc216))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc470)
      linalg.yield %446 : f32 loc(#loc470)
    } -> tensor<3x9x1xf32> loc(#loc470)
    %349 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%348, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc216)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc215))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc471)
      linalg.yield %446 : f32 loc(#loc471)
    } -> tensor<3x9x1xf32> loc(#loc471)
    %350 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%349 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc215))):
      %446 = arith.addf %out, %in : f32 loc(#loc472)
      linalg.yield %446 : f32 loc(#loc472)
    } -> tensor<3x9xf32> loc(#loc472)
    %351 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%350 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc215))):
      linalg.yield %in : f32 loc(#loc473)
    } -> tensor<3x9x32xf32> loc(#loc473)
    %352 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%347, %351 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc216)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc215)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc215))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc474)
      linalg.yield %446 : f32 loc(#loc474)
    } -> tensor<3x9x32xf32> loc(#loc474)
    %353 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%352, %collapsed_21 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%251 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc215)), %in_57: f32 loc("jit(step)/jvp(block0)/reshape"(#loc151)), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc474)
      %447 = arith.addf %out, %446 : f32 loc(#loc305)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<32x32xf32> loc(#loc305)
    %354 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%353 : tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc152)), %out: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc152))):
      linalg.yield %in : f32 loc(#loc306)
    } -> tensor<32x32xf32> loc(#loc306)
    %355 = linalg.generic {indexing_maps = [#map, #map25, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%352, %arg3 : tensor<3x9x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc215)), %in_57: f32 loc("parameters['blocks'][0]['out']"), %out: f32 loc("jit(step)/transpose(jvp(block0))/dot_general"(#loc152))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc474)
      %447 = arith.addf %out, %446 : f32 loc(#loc305)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc305)
    %expanded_47 = tensor.expand_shape %355 [[0], [1], [2, 3]] output_shape [3, 9, 4, 8] : tensor<3x9x32xf32> into tensor<3x9x4x8xf32> loc(#loc307)
    %356 = linalg.generic {indexing_maps = [#map33, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_47 : tensor<3x9x4x8xf32>) outs(%62 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc151)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc308)
    } -> tensor<3x4x8x9xf32> loc(#loc308)
    %357 = linalg.generic {indexing_maps = [#map34, #map15, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%356, %collapsed_20 : tensor<3x4x8x9xf32>, tensor<3x9x4x8xf32>) outs(%36 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc149)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc308)
      %447 = arith.addf %out, %446 : f32 loc(#loc309)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x9xf32> loc(#loc309)
    %358 = linalg.generic {indexing_maps = [#map35, #map36, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%356, %58 : tensor<3x4x8x9xf32>, tensor<3x4x9x9xf32>) outs(%63 : tensor<3x4x8x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc308)
      %447 = arith.addf %out, %446 : f32 loc(#loc309)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x9xf32> loc(#loc309)
    %359 = linalg.generic {indexing_maps = [#map24, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%358 : tensor<3x4x8x9xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150))):
      linalg.yield %in : f32 loc(#loc308)
    } -> tensor<3x9x4x8xf32> loc(#loc308)
    %360 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%359 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/transpose"(#loc150)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc149))):
      linalg.yield %in : f32 loc(#loc310)
    } -> tensor<1x3x9x4x8xf32> loc(#loc310)
    %padded_48 = tensor.pad %360 low[2, 0, 0, 0, 0] high[0, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc149)), %arg16: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc149)), %arg17: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc149)), %arg18: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc149)), %arg19: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc149))):
      tensor.yield %cst_2 : f32 loc(#loc311)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc311)
    %361 = linalg.generic {indexing_maps = [#map21, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%61 : tensor<3x4x9x1xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/div"(#loc207)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148))):
      linalg.yield %in : f32 loc(#loc312)
    } -> tensor<3x4x9x9xf32> loc(#loc312)
    %362 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%357, %361 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc312)
      linalg.yield %446 : f32 loc(#loc312)
    } -> tensor<3x4x9x9xf32> loc(#loc312)
    %363 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%362, %53 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block0)/exp"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc312)
      linalg.yield %446 : f32 loc(#loc312)
    } -> tensor<3x4x9x9xf32> loc(#loc312)
    %364 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%363 : tensor<3x4x9x9xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc313)
      linalg.yield %446 : f32 loc(#loc313)
    } -> tensor<3x4x9xf32> loc(#loc313)
    %expanded_49 = tensor.expand_shape %364 [[0], [1], [2, 3]] output_shape [3, 4, 9, 1] : tensor<3x4x9xf32> into tensor<3x4x9x1xf32> loc(#loc314)
    %365 = linalg.generic {indexing_maps = [#map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_49 : tensor<3x4x9x1xf32>) outs(%49 : tensor<3x4x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/neg"(#loc148))):
      %446 = arith.negf %in : f32 loc(#loc315)
      linalg.yield %446 : f32 loc(#loc315)
    } -> tensor<3x4x9x1xf32> loc(#loc315)
    %366 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%357, %57 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bhqs,bshk->bqhk/dot_general"(#loc150)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc148))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc316)
      linalg.yield %446 : f32 loc(#loc316)
    } -> tensor<3x4x9x9xf32> loc(#loc316)
    %367 = linalg.generic {indexing_maps = [#map18, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%365 : tensor<3x4x9x1xf32>) outs(%54 : tensor<3x4x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148))):
      %446 = arith.addf %out, %in : f32 loc(#loc313)
      linalg.yield %446 : f32 loc(#loc313)
    } -> tensor<3x4x9xf32> loc(#loc313)
    %368 = linalg.generic {indexing_maps = [#map2, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%367 : tensor<3x4x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc148))):
      linalg.yield %in : f32 loc(#loc317)
    } -> tensor<3x4x9x9xf32> loc(#loc317)
    %369 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%366, %368 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc148)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc148))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc318)
      linalg.yield %446 : f32 loc(#loc318)
    } -> tensor<3x4x9x9xf32> loc(#loc318)
    %370 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%369, %53 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc148)), %in_57: f32 loc("jit(step)/jvp(block0)/exp"(#loc148)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc148))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc312)
      linalg.yield %446 : f32 loc(#loc312)
    } -> tensor<3x4x9x9xf32> loc(#loc312)
    %371 = call @_where_1(%43#1, %43#2, %370) : (tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) -> tensor<3x4x9x9xf32> loc(#loc319)
    %372 = linalg.generic {indexing_maps = [#map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%371, %38 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%35 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/jit(_where)"(#loc147)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc144)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc144))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc320)
      linalg.yield %446 : f32 loc(#loc320)
    } -> tensor<3x4x9x9xf32> loc(#loc320)
    %373 = linalg.generic {indexing_maps = [#map34, #map38, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%372, %collapsed : tensor<3x4x9x9xf32>, tensor<3x9x4x8xf32>) outs(%274 : tensor<3x4x9x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc144)), %in_57: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc320)
      %447 = arith.addf %out, %446 : f32 loc(#loc321)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x8xf32> loc(#loc321)
    %374 = linalg.generic {indexing_maps = [#map39, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%373 : tensor<3x4x9x8xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/dot_general"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/transpose"(#loc143))):
      linalg.yield %in : f32 loc(#loc322)
    } -> tensor<3x9x4x8xf32> loc(#loc322)
    %375 = linalg.generic {indexing_maps = [#map35, #map38, #map16], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%372, %collapsed_18 : tensor<3x4x9x9xf32>, tensor<3x9x4x8xf32>) outs(%274 : tensor<3x4x9x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc144)), %in_57: f32 loc("jit(step)/jvp(block0)/squeeze"(#loc142)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/dot_general"(#loc143))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc320)
      %447 = arith.addf %out, %446 : f32 loc(#loc321)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x9x8xf32> loc(#loc321)
    %376 = linalg.generic {indexing_maps = [#map39, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%375 : tensor<3x4x9x8xf32>) outs(%65 : tensor<3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/dot_general"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/transpose"(#loc143))):
      linalg.yield %in : f32 loc(#loc322)
    } -> tensor<3x9x4x8xf32> loc(#loc322)
    %377 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%374 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/transpose"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc142))):
      linalg.yield %in : f32 loc(#loc323)
    } -> tensor<1x3x9x4x8xf32> loc(#loc323)
    %padded_50 = tensor.pad %377 low[1, 0, 0, 0, 0] high[1, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc142)), %arg16: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc142)), %arg17: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc142)), %arg18: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc142)), %arg19: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc142))):
      tensor.yield %cst_2 : f32 loc(#loc324)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc324)
    %378 = linalg.generic {indexing_maps = [#map13, #map13, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%padded_48, %padded_50 : tensor<3x3x9x4x8xf32>, tensor<3x3x9x4x8xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/pad"(#loc149)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/pad"(#loc142)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc142))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc325)
      linalg.yield %446 : f32 loc(#loc325)
    } -> tensor<3x3x9x4x8xf32> loc(#loc325)
    %379 = linalg.generic {indexing_maps = [#map37, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%376 : tensor<3x9x4x8xf32>) outs(%259 : tensor<1x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/bqhk,bshk->bhqs/transpose"(#loc143)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc141))):
      linalg.yield %in : f32 loc(#loc326)
    } -> tensor<1x3x9x4x8xf32> loc(#loc326)
    %padded_51 = tensor.pad %379 low[0, 0, 0, 0, 0] high[2, 0, 0, 0, 0] {
    ^bb0(%arg15: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc141)), %arg16: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc141)), %arg17: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc141)), %arg18: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc141)), %arg19: index loc("jit(step)/transpose(jvp(block0))/pad"(#loc141))):
      tensor.yield %cst_2 : f32 loc(#loc327)
    } : tensor<1x3x9x4x8xf32> to tensor<3x3x9x4x8xf32> loc(#loc327)
    %380 = linalg.generic {indexing_maps = [#map13, #map13, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%378, %padded_51 : tensor<3x3x9x4x8xf32>, tensor<3x3x9x4x8xf32>) outs(%33 : tensor<3x3x9x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc142)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/pad"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc141))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc328)
      linalg.yield %446 : f32 loc(#loc328)
    } -> tensor<3x3x9x4x8xf32> loc(#loc328)
    %381 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%380 : tensor<3x3x9x4x8xf32>) outs(%30 : tensor<3x4x8x3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc141)), %out: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc329)
    } -> tensor<3x4x8x3x9xf32> loc(#loc329)
    %382 = linalg.generic {indexing_maps = [#map40, #map41, #map42], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%381, %expanded : tensor<3x4x8x3x9xf32>, tensor<32x3x4x8xf32>) outs(%1 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/transpose"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block0)/reshape"(#loc139)), %out: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc329)
      %447 = arith.addf %out, %446 : f32 loc(#loc330)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x9x32xf32> loc(#loc330)
    %383 = linalg.generic {indexing_maps = [#map43, #map44, #map45], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%381, %29 : tensor<3x4x8x3x9xf32>, tensor<3x9x32xf32>) outs(%286 : tensor<3x4x8x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/transpose"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc329)
      %447 = arith.addf %out, %446 : f32 loc(#loc330)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<3x4x8x32xf32> loc(#loc330)
    %384 = linalg.generic {indexing_maps = [#map46, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%383 : tensor<3x4x8x32xf32>) outs(%288 : tensor<32x3x4x8xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/transpose"(#loc140))):
      linalg.yield %in : f32 loc(#loc329)
    } -> tensor<32x3x4x8xf32> loc(#loc329)
    %collapsed_52 = tensor.collapse_shape %384 [[0], [1, 2, 3]] : tensor<32x3x4x8xf32> into tensor<32x96xf32> loc(#loc331)
    %385 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15, %382 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc182)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc475)
      linalg.yield %446 : f32 loc(#loc475)
    } -> tensor<3x9x32xf32> loc(#loc475)
    %386 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%385 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc187))):
      %446 = arith.addf %out, %in : f32 loc(#loc476)
      linalg.yield %446 : f32 loc(#loc476)
    } -> tensor<3x9xf32> loc(#loc476)
    %expanded_53 = tensor.expand_shape %386 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc477)
    %387 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%382, %28 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/btd,dchk->cbthk/dot_general"(#loc140)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc187))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc475)
      linalg.yield %446 : f32 loc(#loc475)
    } -> tensor<3x9x32xf32> loc(#loc475)
    %388 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_53, %27 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc187)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc186)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc186))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc478)
      linalg.yield %446 : f32 loc(#loc478)
    } -> tensor<3x9x1xf32> loc(#loc478)
    %389 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%388, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc186)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc184))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc479)
      linalg.yield %446 : f32 loc(#loc479)
    } -> tensor<3x9x1xf32> loc(#loc479)
    %390 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%389 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc184))):
      %446 = arith.addf %out, %in : f32 loc(#loc480)
      linalg.yield %446 : f32 loc(#loc480)
    } -> tensor<3x9xf32> loc(#loc480)
    %391 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%390 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc184)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc184))):
      linalg.yield %in : f32 loc(#loc481)
    } -> tensor<3x9x32xf32> loc(#loc481)
    %392 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%391, %18 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc184)), %in_57: f32 loc("jit(step)/jvp(block0)/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc183))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc482)
      linalg.yield %446 : f32 loc(#loc482)
    } -> tensor<3x9x32xf32> loc(#loc482)
    %393 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%392 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block0))/neg"(#loc298))):
      %446 = arith.negf %in : f32 loc(#loc483)
      linalg.yield %446 : f32 loc(#loc483)
    } -> tensor<3x9x32xf32> loc(#loc483)
    %394 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%393 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc298)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc298))):
      %446 = arith.addf %out, %in : f32 loc(#loc484)
      linalg.yield %446 : f32 loc(#loc484)
    } -> tensor<3x9xf32> loc(#loc484)
    %expanded_54 = tensor.expand_shape %394 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc485)
    %395 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%352, %392 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc215)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc183)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc298))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc486)
      linalg.yield %446 : f32 loc(#loc486)
    } -> tensor<3x9x32xf32> loc(#loc486)
    %396 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %387 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/jvp(block0)/mul"(#loc182)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc187)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc487)
      linalg.yield %446 : f32 loc(#loc487)
    } -> tensor<3x9x32xf32> loc(#loc487)
    %397 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%387, %11 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc187)), %in_57: f32 loc("jit(step)/jvp(block0)/sub"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc182))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc487)
      linalg.yield %446 : f32 loc(#loc487)
    } -> tensor<3x9x32xf32> loc(#loc487)
    %398 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%397 : tensor<3x9x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182))):
      %446 = arith.addf %out, %in : f32 loc(#loc488)
      linalg.yield %446 : f32 loc(#loc488)
    } -> tensor<32xf32> loc(#loc488)
    %expanded_55 = tensor.expand_shape %398 [[0, 1, 2]] output_shape [1, 1, 32] : tensor<32xf32> into tensor<1x1x32xf32> loc(#loc489)
    %399 = linalg.generic {indexing_maps = [#map31, #map32], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_55 : tensor<1x1x32xf32>) outs(%239 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182))):
      %446 = arith.addf %out, %in : f32 loc(#loc488)
      linalg.yield %446 : f32 loc(#loc488)
    } -> tensor<32xf32> loc(#loc488)
    %400 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%396 : tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block0))/neg"(#loc181))):
      %446 = arith.negf %in : f32 loc(#loc490)
      linalg.yield %446 : f32 loc(#loc490)
    } -> tensor<3x9x32xf32> loc(#loc490)
    %401 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%400 : tensor<3x9x32xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc181))):
      %446 = arith.addf %out, %in : f32 loc(#loc491)
      linalg.yield %446 : f32 loc(#loc491)
    } -> tensor<3x9xf32> loc(#loc491)
    %expanded_56 = tensor.expand_shape %401 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc492)
    %402 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%395, %396 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc298)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/mul"(#loc182)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc181))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc493)
      linalg.yield %446 : f32 loc(#loc493)
    } -> tensor<3x9x32xf32> loc(#loc493)
    %403 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_54, %expanded_56 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc298)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc181)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc181))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc493)
      linalg.yield %446 : f32 loc(#loc493)
    } -> tensor<3x9x1xf32> loc(#loc493)
    %404 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%403, %8 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%6 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc181)), %in_57: f32 loc("jit(step)/jvp(block0)/div"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/div"(#loc180))):
      %446 = arith.divf %in, %in_57 : f32 loc(#loc494)
      linalg.yield %446 : f32 loc(#loc494)
    } -> tensor<3x9x1xf32> loc(#loc494)
    %405 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%404 : tensor<3x9x1xf32>) outs(%4 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc180))):
      %446 = arith.addf %out, %in : f32 loc(#loc495)
      linalg.yield %446 : f32 loc(#loc495)
    } -> tensor<3x9xf32> loc(#loc495)
    %406 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%405 : tensor<3x9xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc180))):
      linalg.yield %in : f32 loc(#loc496)
    } -> tensor<3x9x32xf32> loc(#loc496)
    %407 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%402, %406 : tensor<3x9x32xf32>, tensor<3x9x32xf32>) outs(%0 : tensor<3x9x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc181)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/broadcast_in_dim"(#loc180)), %out: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc180))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc497)
      linalg.yield %446 : f32 loc(#loc497)
    } -> tensor<3x9x32xf32> loc(#loc497)
    %408 = tensor.empty() : tensor<32x24xf32> loc(#loc173)
    %409 = linalg.fill ins(%cst_2 : f32) outs(%408 : tensor<32x24xf32>) -> tensor<32x24xf32> loc(#loc173)
    %410 = linalg.generic {indexing_maps = [#map27, #map28, #map29], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%407, %arg13 : tensor<3x9x32xf32>, tensor<3x9x24xf32>) outs(%409 : tensor<32x24xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(block0))/add_any"(#loc180)), %in_57: f32 loc("data[0]"), %out: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/dot_general"(#loc127))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc497)
      %447 = arith.addf %out, %446 : f32 loc(#loc173)
      linalg.yield %447 : f32 loc(#loc)
    } -> tensor<32x24xf32> loc(#loc173)
    %411 = linalg.generic {indexing_maps = [#map30, #map20], iterator_types = ["parallel", "parallel"]} ins(%410 : tensor<32x24xf32>) outs(%200 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/dot_general"(#loc127)), %out: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/transpose"(#loc127))):
      linalg.yield %in : f32 loc(#loc174)
    } -> tensor<24x32xf32> loc(#loc174)
    %412 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%202, %411 : tensor<24x32xf32>, tensor<24x32xf32>) outs(%200 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/transpose(jvp(head))/btd,vd->btv/dot_general"(#loc129)), %in_57: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/transpose"(#loc127)), %out: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/add_any"(#loc127))):
      %446 = arith.addf %in, %in_57 : f32 loc(#loc175)
      linalg.yield %446 : f32 loc(#loc175)
    } -> tensor<24x32xf32> loc(#loc175)
    %413 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<80x32xf32> loc(#loc176)
    %414 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%413, %314 : tensor<80x32xf32>, tensor<80x32xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc157)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<80x32xf32> loc(#loc176)
    %415 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg0, %414 : tensor<80x32xf32>, tensor<80x32xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['down']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<80x32xf32> loc(#loc177)
    %416 = linalg.generic {indexing_maps = [#map47, #map48], iterator_types = ["parallel"]} ins(%cst_3 : tensor<f32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<32xf32> loc(#loc176)
    %417 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%416, %399 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32xf32> loc(#loc176)
    %418 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%arg1, %417 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['g1']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32xf32> loc(#loc177)
    %419 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%416, %344 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32xf32> loc(#loc176)
    %420 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%arg2, %419 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['g2']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32xf32> loc(#loc177)
    %421 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<32x32xf32> loc(#loc176)
    %422 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%421, %354 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc152)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x32xf32> loc(#loc176)
    %423 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg3, %422 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['out']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x32xf32> loc(#loc177)
    %424 = tensor.empty() : tensor<32x96xf32> loc(#loc176)
    %425 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%424 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<32x96xf32> loc(#loc176)
    %426 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%425, %collapsed_52 : tensor<32x96xf32>, tensor<32x96xf32>) outs(%424 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/reshape"(#loc139)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x96xf32> loc(#loc176)
    %427 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg4, %426 : tensor<32x96xf32>, tensor<32x96xf32>) outs(%424 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['qkv']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x96xf32> loc(#loc177)
    %428 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<32x80xf32> loc(#loc176)
    %429 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%428, %328 : tensor<32x80xf32>, tensor<32x80xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block0))/transpose"(#loc155)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x80xf32> loc(#loc176)
    %430 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg5, %429 : tensor<32x80xf32>, tensor<32x80xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][0]['up']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x80xf32> loc(#loc177)
    %431 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%413, %208 : tensor<80x32xf32>, tensor<80x32xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc157)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<80x32xf32> loc(#loc176)
    %432 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg6, %431 : tensor<80x32xf32>, tensor<80x32xf32>) outs(%207 : tensor<80x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['down']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<80x32xf32> loc(#loc177)
    %433 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%416, %304 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc182)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32xf32> loc(#loc176)
    %434 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%arg7, %433 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['g1']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32xf32> loc(#loc177)
    %435 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%416, %241 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/reduce_sum"(#loc217)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32xf32> loc(#loc176)
    %436 = linalg.generic {indexing_maps = [#map48, #map48, #map48], iterator_types = ["parallel"]} ins(%arg8, %435 : tensor<32xf32>, tensor<32xf32>) outs(%238 : tensor<32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['g2']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32xf32> loc(#loc177)
    %437 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%421, %253 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc152)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x32xf32> loc(#loc176)
    %438 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg9, %437 : tensor<32x32xf32>, tensor<32x32xf32>) outs(%250 : tensor<32x32xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['out']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x32xf32> loc(#loc177)
    %439 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%425, %collapsed_38 : tensor<32x96xf32>, tensor<32x96xf32>) outs(%424 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/reshape"(#loc139)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x96xf32> loc(#loc176)
    %440 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg10, %439 : tensor<32x96xf32>, tensor<32x96xf32>) outs(%424 : tensor<32x96xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['qkv']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x96xf32> loc(#loc177)
    %441 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%428, %223 : tensor<32x80xf32>, tensor<32x80xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(block1))/transpose"(#loc155)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<32x80xf32> loc(#loc176)
    %442 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg11, %441 : tensor<32x80xf32>, tensor<32x80xf32>) outs(%204 : tensor<32x80xf32>) {
    ^bb0(%in: f32 loc("parameters['blocks'][1]['up']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<32x80xf32> loc(#loc177)
    %443 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_3 : tensor<f32>) outs(%200 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("jit(step)/mul"(#loc135))):
      linalg.yield %in : f32 loc(#loc176)
    } -> tensor<24x32xf32> loc(#loc176)
    %444 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%443, %412 : tensor<24x32xf32>, tensor<24x32xf32>) outs(%200 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc("jit(step)/mul"(#loc135)), %in_57: f32 loc("jit(step)/transpose(jvp(btv,vd->btd))/add_any"(#loc127)), %out: f32 loc("jit(step)/mul"(#loc135))):
      %446 = arith.mulf %in, %in_57 : f32 loc(#loc176)
      linalg.yield %446 : f32 loc(#loc176)
    } -> tensor<24x32xf32> loc(#loc176)
    %445 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%arg12, %444 : tensor<24x32xf32>, tensor<24x32xf32>) outs(%200 : tensor<24x32xf32>) {
    ^bb0(%in: f32 loc("parameters['embed']"), %in_57: f32 loc("jit(step)/mul"(#loc135)), %out: f32 loc("jit(step)/sub"(#loc136))):
      %446 = arith.subf %in, %in_57 : f32 loc(#loc177)
      linalg.yield %446 : f32 loc(#loc177)
    } -> tensor<24x32xf32> loc(#loc177)
    return %415, %418, %420, %423, %427, %430, %432, %434, %436, %438, %440, %442, %445, %193 : tensor<80x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32x96xf32>, tensor<32x80xf32>, tensor<80x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32x96xf32>, tensor<32x80xf32>, tensor<24x32xf32>, tensor<f32> loc(#loc126)
  } loc(#loc)
  func.func private @tril(%arg0: tensor<9x9xi1> loc(unknown)) -> tensor<9x9xi1> {
    %cst = arith.constant dense<false> : tensor<i1> loc(#loc)
    %cst_0 = arith.constant dense<0> : tensor<i32> loc(#loc)
    %0 = tensor.empty() : tensor<9x9xi32> loc(#loc60)
    %1 = linalg.generic {indexing_maps = [#map20], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<9x9xi32>) {
    ^bb0(%out: i32 loc("iota")):
      %9 = linalg.index 0 : index loc(#loc60)
      %10 = arith.index_cast %9 : index to i32 loc(#loc60)
      linalg.yield %10 : i32 loc(#loc60)
    } -> tensor<9x9xi32> loc(#loc60)
    %2 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<i32>) outs(%0 : tensor<9x9xi32>) {
    ^bb0(%in: i32 loc(unknown), %out: i32 loc("add")):
      linalg.yield %in : i32 loc(#loc61)
    } -> tensor<9x9xi32> loc(#loc61)
    %3 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%1, %2 : tensor<9x9xi32>, tensor<9x9xi32>) outs(%0 : tensor<9x9xi32>) {
    ^bb0(%in: i32 loc("iota"), %in_1: i32 loc("add"), %out: i32 loc("add")):
      %9 = arith.addi %in, %in_1 : i32 loc(#loc61)
      linalg.yield %9 : i32 loc(#loc61)
    } -> tensor<9x9xi32> loc(#loc61)
    %4 = linalg.generic {indexing_maps = [#map20], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<9x9xi32>) {
    ^bb0(%out: i32 loc("iota")):
      %9 = linalg.index 1 : index loc(#loc60)
      %10 = arith.index_cast %9 : index to i32 loc(#loc60)
      linalg.yield %10 : i32 loc(#loc60)
    } -> tensor<9x9xi32> loc(#loc60)
    %5 = tensor.empty() : tensor<9x9xi1> loc(#loc62)
    %6 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%3, %4 : tensor<9x9xi32>, tensor<9x9xi32>) outs(%5 : tensor<9x9xi1>) {
    ^bb0(%in: i32 loc("add"), %in_1: i32 loc("iota"), %out: i1 loc("ge")):
      %9 = arith.cmpi sge, %in, %in_1 : i32 loc(#loc62)
      linalg.yield %9 : i1 loc(#loc62)
    } -> tensor<9x9xi1> loc(#loc62)
    %7 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst : tensor<i1>) outs(%5 : tensor<9x9xi1>) {
    ^bb0(%in: i1 loc(unknown), %out: i1 loc("broadcast_in_dim")):
      linalg.yield %in : i1 loc(#loc63)
    } -> tensor<9x9xi1> loc(#loc63)
    %8 = linalg.generic {indexing_maps = [#map20, #map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%6, %arg0, %7 : tensor<9x9xi1>, tensor<9x9xi1>, tensor<9x9xi1>) outs(%5 : tensor<9x9xi1>) {
    ^bb0(%in: i1 loc("ge"), %in_1: i1 loc(unknown), %in_2: i1 loc("broadcast_in_dim"), %out: i1 loc("select_n")):
      %9 = arith.select %in, %in_1, %in_2 : i1 loc(#loc64)
      linalg.yield %9 : i1 loc(#loc64)
    } -> tensor<9x9xi1> loc(#loc64)
    return %8 : tensor<9x9xi1> loc(#loc)
  } loc(#loc498)
  func.func private @_where(%arg0: tensor<9x9xi1> loc(unknown), %arg1: tensor<3x4x9x9xf32> loc(unknown), %arg2: tensor<f32> loc(unknown)) -> (tensor<3x4x9x9xf32>, tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>) {
    %cst = arith.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<3x4x9x9xi1> loc(#loc63)
    %1 = linalg.generic {indexing_maps = [#map25, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0 : tensor<9x9xi1>) outs(%0 : tensor<3x4x9x9xi1>) {
    ^bb0(%in: i1 loc(unknown), %out: i1 loc("broadcast_in_dim")):
      linalg.yield %in : i1 loc(#loc63)
    } -> tensor<3x4x9x9xi1> loc(#loc63)
    %2 = tensor.empty() : tensor<3x4x9x9xf32> loc(#loc63)
    %3 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<f32>) outs(%2 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc("convert_element_type"), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x4x9x9xf32> loc(#loc63)
    %4 = linalg.generic {indexing_maps = [#map18, #map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %arg1, %3 : tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%2 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: i1 loc("broadcast_in_dim"), %in_0: f32 loc(unknown), %in_1: f32 loc("broadcast_in_dim"), %out: f32 loc("select_n")):
      %6 = arith.select %in, %in_0, %in_1 : f32 loc(#loc64)
      linalg.yield %6 : f32 loc(#loc64)
    } -> tensor<3x4x9x9xf32> loc(#loc64)
    %5 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst : tensor<f32>) outs(%2 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x4x9x9xf32> loc(#loc63)
    return %4, %1, %5 : tensor<3x4x9x9xf32>, tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32> loc(#loc)
  } loc(#loc499)
  func.func private @log_softmax(%arg0: tensor<3x9x24xf32> loc(unknown)) -> (tensor<3x9x24xf32>, tensor<3x9x24xf32>, tensor<3x9x1xf32>) {
    %cst = arith.constant 0.000000e+00 : f32 loc(#loc66)
    %cst_0 = arith.constant dense<0xFF800000> : tensor<f32> loc(#loc)
    %cst_1 = arith.constant 0xFF800000 : f32 loc(#loc67)
    %0 = tensor.empty() : tensor<3x9xf32> loc(#loc67)
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<3x9xf32>) -> tensor<3x9xf32> loc(#loc67)
    %2 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<3x9x24xf32>) outs(%1 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("reduce_max"), %out: f32 loc("reduce_max")):
      %17 = arith.maximumf %out, %in : f32 loc(#loc67)
      linalg.yield %17 : f32 loc(#loc67)
    } -> tensor<3x9xf32> loc(#loc67)
    %3 = linalg.generic {indexing_maps = [#map19, #map20], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<f32>) outs(%0 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("max")):
      linalg.yield %in : f32 loc(#loc68)
    } -> tensor<3x9xf32> loc(#loc68)
    %4 = linalg.generic {indexing_maps = [#map20, #map20, #map20], iterator_types = ["parallel", "parallel"]} ins(%3, %2 : tensor<3x9xf32>, tensor<3x9xf32>) outs(%0 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("max"), %in_2: f32 loc("reduce_max"), %out: f32 loc("max")):
      %17 = arith.maximumf %in, %in_2 : f32 loc(#loc68)
      linalg.yield %17 : f32 loc(#loc68)
    } -> tensor<3x9xf32> loc(#loc68)
    %5 = tensor.empty() : tensor<3x9x1xf32> loc(#loc63)
    %6 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<3x9xf32>) outs(%5 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("max"), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x9x1xf32> loc(#loc63)
    %7 = tensor.empty() : tensor<3x9x24xf32> loc(#loc69)
    %8 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6 : tensor<3x9x1xf32>) outs(%7 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("broadcast_in_dim"), %out: f32 loc("sub")):
      linalg.yield %in : f32 loc(#loc69)
    } -> tensor<3x9x24xf32> loc(#loc69)
    %9 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %8 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%7 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_2: f32 loc("sub"), %out: f32 loc("sub")):
      %17 = arith.subf %in, %in_2 : f32 loc(#loc69)
      linalg.yield %17 : f32 loc(#loc69)
    } -> tensor<3x9x24xf32> loc(#loc69)
    %10 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<3x9x24xf32>) outs(%7 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("sub"), %out: f32 loc("exp")):
      %17 = math.exp %in : f32 loc(#loc70)
      linalg.yield %17 : f32 loc(#loc70)
    } -> tensor<3x9x24xf32> loc(#loc70)
    %11 = linalg.fill ins(%cst : f32) outs(%0 : tensor<3x9xf32>) -> tensor<3x9xf32> loc(#loc66)
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%10 : tensor<3x9x24xf32>) outs(%11 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("reduce_sum"), %out: f32 loc("reduce_sum")):
      %17 = arith.addf %out, %in : f32 loc(#loc66)
      linalg.yield %17 : f32 loc(#loc66)
    } -> tensor<3x9xf32> loc(#loc66)
    %13 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<3x9xf32>) outs(%5 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("reduce_sum"), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x9x1xf32> loc(#loc63)
    %14 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13 : tensor<3x9x1xf32>) outs(%5 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("broadcast_in_dim"), %out: f32 loc("log")):
      %17 = math.log %in : f32 loc(#loc71)
      linalg.yield %17 : f32 loc(#loc71)
    } -> tensor<3x9x1xf32> loc(#loc71)
    %15 = linalg.generic {indexing_maps = [#map6, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<3x9x1xf32>) outs(%7 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("log"), %out: f32 loc("sub")):
      linalg.yield %in : f32 loc(#loc69)
    } -> tensor<3x9x24xf32> loc(#loc69)
    %16 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %15 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%7 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("sub"), %in_2: f32 loc("sub"), %out: f32 loc("sub")):
      %17 = arith.subf %in, %in_2 : f32 loc(#loc69)
      linalg.yield %17 : f32 loc(#loc69)
    } -> tensor<3x9x24xf32> loc(#loc69)
    return %16, %10, %13 : tensor<3x9x24xf32>, tensor<3x9x24xf32>, tensor<3x9x1xf32> loc(#loc)
  } loc(#loc334)
  func.func private @log_softmax_0(%arg0: tensor<3x9x24xf32> loc(unknown), %arg1: tensor<3x9x1xf32> loc(unknown), %arg2: tensor<3x9x24xf32> loc(unknown)) -> tensor<3x9x24xf32> {
    %cst = arith.constant 0.000000e+00 : f32 loc(#loc)
    %0 = tensor.empty() : tensor<3x9x24xf32> loc(#loc72)
    %1 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2 : tensor<3x9x24xf32>) outs(%0 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("neg")):
      %11 = arith.negf %in : f32 loc(#loc72)
      linalg.yield %11 : f32 loc(#loc72)
    } -> tensor<3x9x24xf32> loc(#loc72)
    %2 = tensor.empty() : tensor<3x9xf32> loc(#loc66)
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<3x9xf32>) -> tensor<3x9xf32> loc(#loc66)
    %4 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<3x9x24xf32>) outs(%3 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("reduce_sum"), %out: f32 loc("reduce_sum")):
      %11 = arith.addf %out, %in : f32 loc(#loc66)
      linalg.yield %11 : f32 loc(#loc66)
    } -> tensor<3x9xf32> loc(#loc66)
    %expanded = tensor.expand_shape %4 [[0], [1, 2]] output_shape [3, 9, 1] : tensor<3x9xf32> into tensor<3x9x1xf32> loc(#loc73)
    %5 = tensor.empty() : tensor<3x9x1xf32> loc(#loc74)
    %6 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %arg1 : tensor<3x9x1xf32>, tensor<3x9x1xf32>) outs(%5 : tensor<3x9x1xf32>) {
    ^bb0(%in: f32 loc("reshape"), %in_0: f32 loc(unknown), %out: f32 loc("div")):
      %11 = arith.divf %in, %in_0 : f32 loc(#loc74)
      linalg.yield %11 : f32 loc(#loc74)
    } -> tensor<3x9x1xf32> loc(#loc74)
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%6 : tensor<3x9x1xf32>) outs(%3 : tensor<3x9xf32>) {
    ^bb0(%in: f32 loc("reduce_sum"), %out: f32 loc("reduce_sum")):
      %11 = arith.addf %out, %in : f32 loc(#loc66)
      linalg.yield %11 : f32 loc(#loc66)
    } -> tensor<3x9xf32> loc(#loc66)
    %8 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<3x9xf32>) outs(%0 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("reduce_sum"), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x9x24xf32> loc(#loc63)
    %9 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %arg0 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%0 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc("broadcast_in_dim"), %in_0: f32 loc(unknown), %out: f32 loc("mul")):
      %11 = arith.mulf %in, %in_0 : f32 loc(#loc75)
      linalg.yield %11 : f32 loc(#loc75)
    } -> tensor<3x9x24xf32> loc(#loc75)
    %10 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2, %9 : tensor<3x9x24xf32>, tensor<3x9x24xf32>) outs(%0 : tensor<3x9x24xf32>) {
    ^bb0(%in: f32 loc(unknown), %in_0: f32 loc("mul"), %out: f32 loc("add_any")):
      %11 = arith.addf %in, %in_0 : f32 loc(#loc76)
      linalg.yield %11 : f32 loc(#loc76)
    } -> tensor<3x9x24xf32> loc(#loc76)
    return %10 : tensor<3x9x24xf32> loc(#loc)
  } loc(#loc335)
  func.func private @_where_1(%arg0: tensor<3x4x9x9xi1> loc(unknown), %arg1: tensor<3x4x9x9xf32> loc(unknown), %arg2: tensor<3x4x9x9xf32> loc(unknown)) -> tensor<3x4x9x9xf32> {
    %cst = arith.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    %0 = tensor.empty() : tensor<3x4x9x9xf32> loc(#loc63)
    %1 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst : tensor<f32>) outs(%0 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: f32 loc(unknown), %out: f32 loc("broadcast_in_dim")):
      linalg.yield %in : f32 loc(#loc63)
    } -> tensor<3x4x9x9xf32> loc(#loc63)
    %2 = linalg.generic {indexing_maps = [#map18, #map18, #map18, #map18], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %arg2, %1 : tensor<3x4x9x9xi1>, tensor<3x4x9x9xf32>, tensor<3x4x9x9xf32>) outs(%0 : tensor<3x4x9x9xf32>) {
    ^bb0(%in: i1 loc(unknown), %in_0: f32 loc(unknown), %in_1: f32 loc("broadcast_in_dim"), %out: f32 loc("select_n")):
      %3 = arith.select %in, %in_0, %in_1 : f32 loc(#loc64)
      linalg.yield %3 : f32 loc(#loc64)
    } -> tensor<3x4x9x9xf32> loc(#loc64)
    return %2 : tensor<3x4x9x9xf32> loc(#loc)
  } loc(#loc500)
} loc(#loc)
#loc37 = loc("generate.py":40:23 to :65)
#loc98 = loc("block"(#loc37))
#loc126 = loc("jit(step)"(#loc121))
#loc146 = loc(callsite(#loc98 at #loc128))
#loc178 = loc("jit(step)/jvp()/jit"(#loc130))
#loc179 = loc("jit(step)/transpose(jvp())/jit"(#loc130))
#loc191 = loc("jit(step)/jvp(block0)/slice"(#loc141))
#loc193 = loc("jit(step)/jvp(block0)/slice"(#loc142))
#loc198 = loc("jit(step)/jvp(block0)/jit(tril)"(#loc146))
#loc208 = loc("jit(step)/jvp(block0)/slice"(#loc149))
#loc234 = loc("jit(step)/jvp(block1)/slice"(#loc141))
#loc236 = loc("jit(step)/jvp(block1)/slice"(#loc142))
#loc240 = loc("jit(step)/jvp(block1)/jit(tril)"(#loc146))
#loc249 = loc("jit(step)/jvp(block1)/slice"(#loc149))
#loc332 = loc("jit(step)/jvp(block0)/jit"(#loc146))
#loc333 = loc("jit(step)/jvp(block0)/jit"(#loc147))
#loc334 = loc("jit:"(#loc178))
#loc335 = loc("jit:"(#loc179))
#loc336 = loc("jit(step)/transpose(jvp(block1))/jit"(#loc147))
#loc420 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc217))
#loc443 = loc("jit(step)/transpose(jvp(block1))/reshape"(#loc182))
#loc466 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc217))
#loc489 = loc("jit(step)/transpose(jvp(block0))/reshape"(#loc182))
#loc498 = loc("jit:"(#loc332))
#loc499 = loc("jit:"(#loc333))
#loc500 = loc("jit:"(#loc336))
